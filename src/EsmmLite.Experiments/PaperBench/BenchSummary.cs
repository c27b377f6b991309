using EsmmLite.Experiments.Ranking;

namespace EsmmLite.Experiments.PaperBench;

/// <summary>A mean over repeats.</summary>
/// <param name="Mean">The mean.</param>
/// <param name="Deviation">Standard deviation over repeats; not a number for one repeat.</param>
/// <param name="Repeats">Number of repeats in which the figure was defined.</param>
public readonly record struct BenchMean(double Mean, double Deviation, int Repeats);

/// <summary>A paired difference of two methods.</summary>
/// <param name="Mean">Mean over repeats.</param>
/// <param name="HalfInterval">Half of the 95 % interval; null where nothing can be said.</param>
/// <param name="Repeats">Number of pairs.</param>
public readonly record struct BenchDifference(double Mean, double? HalfInterval, int Repeats)
{
    /// <summary>Whether the interval excludes 0: only then is it called a difference.</summary>
    public bool IsSupported => HalfInterval is { } half && Math.Abs(Mean) > half;
}

/// <summary>What the repeats of one data set at one sampling rate say.</summary>
/// <param name="data">The data.</param>
/// <param name="rate">The sampling rate.</param>
/// <param name="outcomes">The outcomes of all repeats.</param>
/// <param name="known">The methods in their order, the one that others are compared with first; the paper's unless given.</param>
public sealed class BenchSummary(BenchData data, double rate, IReadOnlyList<BenchOutcome> outcomes, IReadOnlyList<BenchMethod>? known = null)
{
    // The normal distribution's two-sided 95 % point.
    private const double Normal95 = 1.96;

    /// <summary>The data.</summary>
    public BenchData Data { get; } = data;

    /// <summary>The share of the training impressions.</summary>
    public double Rate { get; } = rate;

    /// <summary>Repeats.</summary>
    public int Repeats => outcomes.Count;

    /// <summary>The methods that every repeat has, in their order.</summary>
    public IReadOnlyList<BenchMethod> Methods { get; } = [.. (known ?? BenchMethod.All).Where(m => outcomes.All(o => o.Methods.ContainsKey(m.Name)))];

    /// <summary>Summaries of all data sets and rates.</summary>
    public static IReadOnlyList<BenchSummary> Of(IReadOnlyList<BenchData> data, IReadOnlyList<BenchOutcome> outcomes, IReadOnlyList<BenchMethod>? known = null)
    {
        ArgumentNullException.ThrowIfNull(data);
        return [.. data.SelectMany(d => outcomes.Where(o => o.Unit.Data == d.Name).GroupBy(o => o.Unit.Rate).OrderBy(g => g.Key).Select(g => new BenchSummary(d, g.Key, [.. g], known)))];
    }

    /// <summary>Mean of a fact about the log; null where it is undefined.</summary>
    public double? Fact(string key)
    {
        double[] values = [.. outcomes.Where(o => o.Log.ContainsKey(key)).Select(o => o.Log[key])];
        return values.Length == 0 ? null : values.Average();
    }

    /// <summary>A method's figure; null where it is undefined in every repeat.</summary>
    public BenchMean? Figure(BenchMethod method, string key)
    {
        double[] values = [.. Values(method, key).OfType<double>()];
        if (values.Length == 0)
        {
            return null;
        }

        (double mean, double deviation) = values.Length == 1 ? (values[0], double.NaN) : PairedDifference.MeanAndDeviation(values);
        return new BenchMean(mean, deviation, values.Length);
    }

    /// <summary>A method's figure minus another's, repeat by repeat; null where no repeat has both.</summary>
    public BenchDifference? Difference(BenchMethod method, BenchMethod other, string key)
    {
        double[] differences = [.. Values(method, key).Zip(Values(other, key), (a, b) => a - b).OfType<double>()];
        if (differences.Length == 0)
        {
            return null;
        }

        if (differences.Length == 1)
        {
            return new BenchDifference(differences[0], null, 1);
        }

        PairedDifference paired = PairedDifference.Of(differences);
        double half = paired.HalfInterval;
        if (!Data.IsDrawnAnew)
        {
            // The repeats share one set of test impressions, whose noise they can't show.
            if (Methods.Count == 0 || other != Methods[0] || Figure(method, key + UnitRun.ErrorToBase) is not { } error)
            {
                return new BenchDifference(paired.Mean, null, differences.Length);
            }

            half = Math.Sqrt((half * half) + (Normal95 * error.Mean * Normal95 * error.Mean));
        }

        return new BenchDifference(paired.Mean, half, differences.Length);
    }

    private double?[] Values(BenchMethod method, string key) =>
        [.. outcomes.Select(o => o.Methods.TryGetValue(method.Name, out IReadOnlyDictionary<string, double>? figures) && figures.TryGetValue(key, out double value) ? value : (double?)null)];
}
