using EsmmLite.Kernels;

namespace EsmmLite.Experiments.Simulation;

/// <summary>
/// A random function from impressions to a score of mean about 0 and variance about 1: effects of single fields, and
/// interactions between fields that no sum of such effects can express.
/// </summary>
internal sealed class LogitStructure
{
    // How the variance of the main effects, and that of the interactions, is divided. Each group adds up to 1.
    private const double UserShare = 0.25;
    private const double ItemShare = 0.30;
    private const double CategoryShare = 0.12;
    private const double SiteShare = 0.12;
    private const double DeviceShare = 0.05;
    private const double HourShare = 0.06;
    private const double PriceShare = 0.10;
    private const double TasteShare = 0.75;
    private const double SiteCategoryShare = 0.25;

    private readonly double[] _user;
    private readonly double[] _item;
    private readonly double[] _category;
    private readonly double[] _site;
    private readonly double[] _device;
    private readonly double[] _hour;
    private readonly double _price;
    private readonly double[] _userTaste;
    private readonly double[] _itemTaste;
    private readonly double[] _siteCategory;
    private readonly int _latentDim;
    private readonly int _categories;

    /// <summary>Draws all effects.</summary>
    /// <param name="options">Sizes, and the share of the interactions.</param>
    /// <param name="random">Where the effects come from.</param>
    public LogitStructure(FunnelSimulatorOptions options, SplitMix random)
    {
        double main = 1.0 - options.InteractionShare;
        double interaction = options.InteractionShare;
        _latentDim = options.LatentDim;
        _categories = options.Categories;

        // Of ids and of other fields, among the main effects and among the interactions: as much more or less as is wanted.
        double ids = options.IdShare / (UserShare + ItemShare) ?? 1.0, others = (1.0 - options.IdShare) / (1.0 - UserShare - ItemShare) ?? 1.0;
        double taste = options.IdShare ?? TasteShare, siteCategory = 1.0 - options.IdShare ?? SiteCategoryShare;
        _user = Effects(options.Users, main * UserShare * ids, ref random);
        _item = Effects(options.Items, main * ItemShare * ids, ref random);
        _category = Effects(options.Categories, main * CategoryShare * others, ref random);
        _site = Effects(options.Sites, main * SiteShare * others, ref random);
        _device = Effects(options.Devices, main * DeviceShare * others, ref random);
        _hour = Effects(options.Hours, main * HourShare * others, ref random);

        // The price is standard normal on the log scale, so a slope of either sign with this square has the wanted variance.
        _price = Math.Sqrt(main * PriceShare * others) * (random.NextBelow(2) == 0 ? -1.0 : 1.0);

        // The dot product of two vectors of d independent entries of variance v has variance d v².
        double tasteVariance = Math.Sqrt(interaction * taste / options.LatentDim);
        _userTaste = Effects(checked(options.Users * options.LatentDim), tasteVariance, ref random);
        _itemTaste = Effects(checked(options.Items * options.LatentDim), tasteVariance, ref random);
        _siteCategory = Effects(checked(options.Sites * options.Categories), interaction * siteCategory, ref random);
    }

    /// <summary>The score of an impression; the order of the sum is fixed, so its bits are too.</summary>
    public double Score(in ImpressionContext x)
    {
        double score = _user[x.User];
        score += _item[x.Item];
        score += _category[x.Category];
        score += _site[x.Site];
        score += _device[x.Device];
        score += _hour[x.Hour];
        score += _price * x.LogPrice;
        score += _siteCategory[(x.Site * _categories) + x.Category];
        int user = x.User * _latentDim;
        int item = x.Item * _latentDim;
        for (int d = 0; d < _latentDim; d++)
        {
            score = Math.FusedMultiplyAdd(_userTaste[user + d], _itemTaste[item + d], score);
        }

        return score;
    }

    private static double[] Effects(int count, double variance, ref SplitMix random)
    {
        double scale = Math.Sqrt(variance);
        double[] effects = new double[count];
        for (int i = 0; i < count; i++)
        {
            effects[i] = scale * random.NextGaussian();
        }

        return effects;
    }
}
