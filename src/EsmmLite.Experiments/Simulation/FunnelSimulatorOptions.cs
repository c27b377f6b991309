namespace EsmmLite.Experiments.Simulation;

/// <summary>The world that a <see cref="FunnelSimulator"/> draws its impressions from. How many are drawn is up to the caller.</summary>
public sealed partial record FunnelSimulatorOptions
{
    /// <summary>The instant of the first impression.</summary>
    public static readonly DateTime Start = new(2026, 1, 1, 0, 0, 0, DateTimeKind.Utc);

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

    /// <summary>
    /// How differently clicked and unclicked impressions are distributed over the observed fields: about the standard deviation of the
    /// click logit over impressions. At 0 the observed fields don't tell who clicks.
    /// </summary>
    public double ObservedShift { get; init; } = 1.2;

    /// <summary>About the standard deviation of the conversion logit over impressions.</summary>
    public double ConversionSpread { get; init; } = 1.2;

    /// <summary>The share of a logit's variance that no sum of functions of single fields can express, in [0, 1].</summary>
    public double InteractionShare { get; init; } = 0.4;

    /// <summary>
    /// The share of a logit's variance that user and item carry by themselves, in [0, 1]; the other fields carry the rest. Null for 0.55
    /// of the main effects and 0.75 of the interactions.
    /// </summary>
    public double? IdShare { get; init; }

    /// <summary>
    /// Strength γ of a factor u, standard normal and drawn for every impression, that drives both click and conversion and is not among
    /// the fields. It changes what would happen to an impression that was not clicked, and nothing that a log can show:
    /// P(y = 1 | x) and P(z = 1 | y = 1, x) are what they are without it. See <see cref="HiddenFactor"/>.
    /// </summary>
    public double HiddenConfounding { get; init; }

    /// <summary>Impressions a day, before negative down-sampling; 0 for a log in which no time passes.</summary>
    public double ImpressionsPerDay { get; init; }

    /// <summary>The share of users, and of items, that is replaced by new ones every day. Needs days.</summary>
    public double Churn { get; init; }

    /// <summary>Mean hours from impression to conversion; 0 for at once. The mean of one conversion depends on category and device.</summary>
    public double DelayHours { get; init; }

    /// <summary>The probability that an impression that was not clicked is logged with a conversion all the same.</summary>
    public double ConversionNoise { get; init; }

    /// <summary>The probability that an impression that was not clicked gets into the log, in (0, 1]; clicked ones always do.</summary>
    public double NegativeKeep { get; init; } = 1;

    /// <summary>Number of positions on a page; every impression is at a random one.</summary>
    public int Positions { get; init; } = 10;

    /// <summary>How much lower an impression's click logit is for every factor e of its position. Conversions don't depend on it.</summary>
    public double PositionEffect { get; init; }

    /// <summary>Checks every option.</summary>
    /// <param name="nameOf">What whoever set an option calls it; its property's name unless given.</param>
    /// <exception cref="EsmmException">Some options are out of range; the message names all of them.</exception>
    public void Validate(Func<string, string>? nameOf = null)
    {
        string Called(string name) => nameOf is null ? name : nameOf(name);
        List<string> faults = [];
        void AtLeastOne(string name, int value)
        {
            if (value < 1)
            {
                faults.Add(FormattableString.Invariant($"{Called(name)} is {value}, must be at least 1"));
            }
        }

        void Within(string name, double value, double low, double high, bool open = false)
        {
            // Written so that NaN is a fault too.
            if (!(open ? value > low && value < high : value >= low && value <= high))
            {
                faults.Add(FormattableString.Invariant($"{Called(name)} is {value}, must be in {(open ? '(' : '[')}{low}, {high}{(open ? ')' : ']')}"));
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
        Within(nameof(ObservedShift), ObservedShift, 0, 20);
        Within(nameof(ConversionSpread), ConversionSpread, 0, 20);
        Within(nameof(InteractionShare), InteractionShare, 0, 1);
        Within(nameof(IdShare), IdShare ?? 0, 0, 1);
        Within(nameof(HiddenConfounding), HiddenConfounding, 0, HiddenFactor.Strongest);
        Within(nameof(ImpressionsPerDay), ImpressionsPerDay, 0, 1e12);
        Within(nameof(Churn), Churn, 0, 100);
        Within(nameof(DelayHours), DelayHours, 0, 24 * 365);
        Within(nameof(ConversionNoise), ConversionNoise, 0, 1);
        Within(nameof(NegativeKeep), NegativeKeep, 1e-6, 1);
        AtLeastOne(nameof(Positions), Positions);
        Within(nameof(PositionEffect), PositionEffect, 0, 20);
        if (Churn > 0 && ImpressionsPerDay == 0)
        {
            faults.Add(FormattableString.Invariant($"{Called(nameof(Churn))} is {Churn} a day, but {Called(nameof(ImpressionsPerDay))} is 0"));
        }

        if (faults.Count > 0)
        {
            throw new EsmmException(EsmmErrorKind.Config, string.Join("; ", faults), nameOf is null ? nameof(FunnelSimulatorOptions) : null);
        }
    }
}
