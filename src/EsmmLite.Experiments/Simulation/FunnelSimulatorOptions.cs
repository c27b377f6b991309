namespace EsmmLite.Experiments.Simulation;

/// <summary>The world that a <see cref="FunnelSimulator"/> draws its impressions from. How many are drawn is up to the caller.</summary>
public sealed record FunnelSimulatorOptions
{
    /// <summary>Seed of everything: the world and the impressions.</summary>
    public ulong Seed { get; init; } = 1;

    /// <summary>Number of users; their frequencies follow Zipf's law.</summary>
    public int Users { get; init; } = 2_000;

    /// <summary>Number of items; their frequencies follow Zipf's law.</summary>
    public int Items { get; init; } = 1_000;

    /// <summary>Number of item categories; every item belongs to one.</summary>
    public int Categories { get; init; } = 20;

    /// <summary>Number of sites an impression can occur on.</summary>
    public int Sites { get; init; } = 12;

    /// <summary>Number of kinds of device.</summary>
    public int Devices { get; init; } = 4;

    /// <summary>Number of hours in a day: values of the hour field are below it.</summary>
    public int Hours { get; init; } = 24;

    /// <summary>Length of the hidden taste vectors of users and items.</summary>
    public int LatentDim { get; init; } = 8;

    /// <summary>Mean of P(click) over impressions.</summary>
    public double TargetCtr { get; init; } = 0.04;

    /// <summary>Mean of P(conversion | click) over clicked impressions.</summary>
    public double TargetCvr { get; init; } = 0.015;

    /// <summary>
    /// How much of the click logit and the conversion logit is the same function of the impression, in [0, 1]: at 1 they differ by a
    /// constant, at 0 they have nothing in common. Close to the correlation of the two logits.
    /// </summary>
    public double Sharing { get; init; } = 0.7;

    /// <summary>Exponent s of Zipf's law: the k-th most frequent user or item occurs in proportion to k^-s.</summary>
    public double ZipfExponent { get; init; } = 1.05;

    /// <summary>About the standard deviation of each logit over impressions.</summary>
    public double LogitSpread { get; init; } = 1.2;

    /// <summary>The share of a logit's variance that no sum of functions of single fields can express, in [0, 1].</summary>
    public double InteractionShare { get; init; } = 0.4;

    /// <summary>
    /// 14 users x 14 items in one context, with high rates: 196 cells with many impressions each, so that a saturated model can reach
    /// the true probabilities.
    /// </summary>
    public static FunnelSimulatorOptions Saturated { get; } = new()
    {
        Users = 14,
        Items = 14,
        Categories = 1,
        Sites = 1,
        Devices = 1,
        Hours = 1,
        TargetCtr = 0.3,
        TargetCvr = 0.3,
        ZipfExponent = 0.3,
        LogitSpread = 0.8,
    };

    /// <summary>Many clicks, few conversions, and nearly the same structure in both: where the clicks can teach the conversions most.</summary>
    public static FunnelSimulatorOptions FewConversions { get; } = new()
    {
        TargetCtr = 0.15,
        TargetCvr = 0.005,
        Sharing = 0.9,
    };

    /// <summary>Checks every option.</summary>
    /// <exception cref="EsmmException">Some options are out of range; the message names all of them.</exception>
    public void Validate()
    {
        List<string> faults = [];
        void AtLeastOne(string name, int value)
        {
            if (value < 1)
            {
                faults.Add(FormattableString.Invariant($"{name} is {value}, must be at least 1"));
            }
        }

        void Within(string name, double value, double low, double high, bool open = false)
        {
            // Written so that NaN is a fault too.
            if (!(open ? value > low && value < high : value >= low && value <= high))
            {
                faults.Add(FormattableString.Invariant($"{name} is {value}, must be in {(open ? '(' : '[')}{low}, {high}{(open ? ')' : ']')}"));
            }
        }

        AtLeastOne(nameof(Users), Users);
        AtLeastOne(nameof(Items), Items);
        AtLeastOne(nameof(Categories), Categories);
        AtLeastOne(nameof(Sites), Sites);
        AtLeastOne(nameof(Devices), Devices);
        AtLeastOne(nameof(Hours), Hours);
        AtLeastOne(nameof(LatentDim), LatentDim);
        Within(nameof(TargetCtr), TargetCtr, 0, 1, open: true);
        Within(nameof(TargetCvr), TargetCvr, 0, 1, open: true);
        Within(nameof(Sharing), Sharing, 0, 1);
        Within(nameof(ZipfExponent), ZipfExponent, 0, 10);
        Within(nameof(LogitSpread), LogitSpread, 0, 20);
        Within(nameof(InteractionShare), InteractionShare, 0, 1);
        if (faults.Count > 0)
        {
            throw new EsmmException(EsmmErrorKind.Config, string.Join("; ", faults), nameof(FunnelSimulatorOptions));
        }
    }
}
