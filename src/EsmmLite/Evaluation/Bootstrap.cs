using EsmmLite.Kernels;

namespace EsmmLite.Evaluation;

/// <summary>A metric, or a difference of two models' metrics, with its bootstrap interval.</summary>
/// <param name="Name">Task and metric.</param>
/// <param name="Value">Its value over all rows; null where undefined.</param>
/// <param name="Interval">The middle 95 % over the drawings; null where the metric is undefined in more than half of them.</param>
public sealed record IntervalEstimate(string Name, double? Value, Interval? Interval);

/// <summary>
/// Percentile bootstrap: as many groups (or rows) as there are, drawn with replacement again and again. Where rows of a group share an
/// answer, draw groups: rows would pretend to know more than they do. A drawing is a function of seed and number alone.
/// </summary>
/// <param name="drawings">How often to draw.</param>
/// <param name="seed">The seed.</param>
public sealed class Bootstrap(int drawings, ulong seed = 1)
{
    /// <summary>Intervals of a model's metrics.</summary>
    /// <param name="metrics">The metrics.</param>
    /// <param name="progress">Told the drawings done, from any thread.</param>
    /// <param name="token">Stops between two drawings.</param>
    public IReadOnlyList<IntervalEstimate> Intervals(MetricSet metrics, IProgress<int>? progress = null, CancellationToken token = default)
    {
        ArgumentNullException.ThrowIfNull(metrics);
        return Estimate(metrics, metrics.Values(), counts => metrics.Values(counts), progress, token);
    }

    /// <summary>Intervals of the differences between two models on the same rows: both see the same drawings.</summary>
    /// <param name="before">The one model's metrics.</param>
    /// <param name="after">The other's, on the same rows and groups.</param>
    /// <param name="progress">Told the drawings done, from any thread.</param>
    /// <param name="token">Stops between two drawings.</param>
    /// <returns>After minus before.</returns>
    public IReadOnlyList<IntervalEstimate> Differences(MetricSet before, MetricSet after, IProgress<int>? progress = null, CancellationToken token = default)
    {
        ArgumentNullException.ThrowIfNull(before);
        ArgumentNullException.ThrowIfNull(after);
        if (before.Units != after.Units || !before.Names.SequenceEqual(after.Names))
        {
            throw new EsmmException(EsmmErrorKind.Usage, "the two models were not measured on the same rows", "Bootstrap.Differences", "equal groups and metrics");
        }

        return Estimate(before, Minus(after.Values(), before.Values()), counts => Minus(after.Values(counts), before.Values(counts)), progress, token);
    }

    private static double?[] Minus(double?[] values, double?[] others) => [.. values.Zip(others, (value, other) => value - other)];

    private List<IntervalEstimate> Estimate(MetricSet metrics, double?[] values, Func<int[], double?[]> of, IProgress<int>? progress, CancellationToken token)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(drawings);
        double?[][] drawn = new double?[drawings][];
        int done = 0;
        if (metrics.Units > 0)
        {
            Parallel.For(0, drawings, new ParallelOptions { CancellationToken = token }, drawing =>
            {
                drawn[drawing] = of(Draw(metrics.Units, drawing));
                progress?.Report(Interlocked.Increment(ref done));
            });
        }

        List<IntervalEstimate> estimates = [];
        for (int m = 0; m < values.Length; m++)
        {
            double[] defined = metrics.Units == 0 ? [] : [.. drawn.Where(d => d[m] is not null).Select(d => d[m]!.Value)];
            bool enough = values[m] is not null && defined.Length * 2 > drawings;
            estimates.Add(new IntervalEstimate(metrics.Names[m], values[m], enough ? Interval.OfSample(defined) : null));
        }

        return estimates;
    }

    private int[] Draw(int units, int drawing)
    {
        var random = SplitMix.Stream(seed, (ulong)drawing);
        int[] counts = new int[units];
        for (int i = 0; i < units; i++)
        {
            counts[random.NextBelow((uint)units)]++;
        }

        return counts;
    }
}
