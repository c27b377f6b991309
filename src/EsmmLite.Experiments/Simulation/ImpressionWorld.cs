using System.Globalization;
using EsmmLite.Kernels;

namespace EsmmLite.Experiments.Simulation;

/// <summary>Who and what there is, and how often it appears: draws impressions without labels.</summary>
internal sealed class ImpressionWorld
{
    // Sites and devices are few and uneven; Zipf's law with exponent 1 serves for both.
    private const double ContextExponent = 1.0;

    // A price is e^(PriceCentre + PriceSpread · n), n standard normal: a median of about 20.
    private const double PriceCentre = 3.0;
    private const double PriceSpread = 0.8;

    private readonly FunnelSimulatorOptions _options;
    private readonly Population _users;
    private readonly Population _items;
    private readonly ZipfSampler _sites;
    private readonly ZipfSampler _devices;
    private readonly int[] _categoryOfItem;
    private readonly double[] _logPriceOfItem;
    private readonly double[] _priceOfItem;
    private readonly string[] _categoryNames;
    private readonly string[] _siteNames;
    private readonly string[] _deviceNames;

    public ImpressionWorld(FunnelSimulatorOptions options, SplitMix random)
    {
        _options = options;
        _users = new Population("u", options.Users, options.ZipfExponent, options.Churn, SplitMix.Stream(options.Seed, (ulong)SimulationStream.UserChurn));
        _items = new Population("i", options.Items, options.ZipfExponent, options.Churn, SplitMix.Stream(options.Seed, (ulong)SimulationStream.ItemChurn));
        _sites = new ZipfSampler(options.Sites, ContextExponent);
        _devices = new ZipfSampler(options.Devices, ContextExponent);
        _categoryNames = Names("c", options.Categories);
        _siteNames = Names("s", options.Sites);
        _deviceNames = Names("d", options.Devices);
        _categoryOfItem = new int[options.Items];
        _logPriceOfItem = new double[options.Items];
        _priceOfItem = new double[options.Items];
        for (int item = 0; item < options.Items; item++)
        {
            _categoryOfItem[item] = (int)random.NextBelow((uint)options.Categories);
            double logPrice = random.NextGaussian();
            _logPriceOfItem[item] = logPrice;

            // Whole cents, at least one, so that the text of a price is short.
            double cents = Math.Round(100.0 * ExactMath.Exp(PriceCentre + (PriceSpread * logPrice)));
            _priceOfItem[item] = Math.Max(cents, 1.0) / 100.0;
        }
    }

    /// <summary>Draws the field values of an impression.</summary>
    /// <param name="random">Where they come from.</param>
    /// <param name="positions">Where the position comes from: a stream of its own, so that positions change nothing else.</param>
    /// <param name="day">Days since the start.</param>
    public ImpressionContext Draw(ref SplitMix random, ref SplitMix positions, double day)
    {
        Identity user = _users.Draw(ref random, day);
        Identity item = _items.Draw(ref random, day);
        int site = _sites.Next(ref random);
        int device = _devices.Next(ref random);
        int hour = (int)random.NextBelow((uint)_options.Hours);
        if (_options.ImpressionsPerDay > 0)
        {
            hour = Math.Min(_options.Hours - 1, (int)((day - Math.Floor(day)) * _options.Hours));
        }

        int traits = _items.TraitsOf(item);
        return new ImpressionContext(_users.TraitsOf(user), traits, _categoryOfItem[traits], site, device, hour, _logPriceOfItem[traits])
        {
            UserIdentity = user,
            ItemIdentity = item,
            Position = 1 + (int)positions.NextBelow((uint)_options.Positions),
        };
    }

    /// <summary>Writes the values as a log shows them. Allocates nothing but the names of new users and items.</summary>
    public void Describe(in ImpressionContext x, SimulatedImpression destination)
    {
        destination.UserId = _users.Name(x.UserIdentity);
        destination.ItemId = _items.Name(x.ItemIdentity);
        destination.Category = _categoryNames[x.Category];
        destination.Site = _siteNames[x.Site];
        destination.Device = _deviceNames[x.Device];
        destination.Hour = x.Hour;
        destination.Price = _priceOfItem[x.Item];
        destination.Position = x.Position;
    }

    private static string[] Names(string prefix, int count)
    {
        string[] names = new string[count];
        for (int i = 0; i < count; i++)
        {
            names[i] = string.Create(CultureInfo.InvariantCulture, $"{prefix}{i + 1}");
        }

        return names;
    }
}
