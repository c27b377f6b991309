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
    private readonly ZipfSampler _users;
    private readonly ZipfSampler _items;
    private readonly ZipfSampler _sites;
    private readonly ZipfSampler _devices;
    private readonly int[] _categoryOfItem;
    private readonly double[] _logPriceOfItem;
    private readonly double[] _priceOfItem;
    private readonly string[] _userIds;
    private readonly string[] _itemIds;
    private readonly string[] _categoryNames;
    private readonly string[] _siteNames;
    private readonly string[] _deviceNames;

    public ImpressionWorld(FunnelSimulatorOptions options, SplitMix random)
    {
        _options = options;
        _users = new ZipfSampler(options.Users, options.ZipfExponent);
        _items = new ZipfSampler(options.Items, options.ZipfExponent);
        _sites = new ZipfSampler(options.Sites, ContextExponent);
        _devices = new ZipfSampler(options.Devices, ContextExponent);
        _userIds = Names("u", options.Users);
        _itemIds = Names("i", options.Items);
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
    public ImpressionContext Draw(ref SplitMix random)
    {
        int user = _users.Next(ref random);
        int item = _items.Next(ref random);
        int site = _sites.Next(ref random);
        int device = _devices.Next(ref random);
        int hour = (int)random.NextBelow((uint)_options.Hours);
        return new ImpressionContext(user, item, _categoryOfItem[item], site, device, hour, _logPriceOfItem[item]);
    }

    /// <summary>Writes the values as a log shows them. Allocates nothing.</summary>
    public void Describe(in ImpressionContext x, SimulatedImpression destination)
    {
        destination.UserId = _userIds[x.User];
        destination.ItemId = _itemIds[x.Item];
        destination.Category = _categoryNames[x.Category];
        destination.Site = _siteNames[x.Site];
        destination.Device = _deviceNames[x.Device];
        destination.Hour = x.Hour;
        destination.Price = _priceOfItem[x.Item];
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
