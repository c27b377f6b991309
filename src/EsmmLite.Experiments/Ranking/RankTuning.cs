using EsmmLite.Evaluation;
using EsmmLite.Kernels;
using EsmmLite.Scoring;

namespace EsmmLite.Experiments.Ranking;

/// <summary>A name of a rank score whose value is searched.</summary>
/// <param name="Name">The name.</param>
/// <param name="Low">The least value.</param>
/// <param name="High">The largest.</param>
public sealed record VariedNumber(string Name, double Low, double High);

/// <summary>A point of the search and what it reaches on the rows that are searched.</summary>
/// <param name="Values">A value of each varied number.</param>
/// <param name="Objectives">Mean NDCG, objective by objective; NaN where no group has anything to find, or the score can't be computed.</param>
public sealed record TuningTrial(double[] Values, double[] Objectives)
{
    /// <summary>Why the score can't be computed for some row, such as a lower bound above the upper one; null if it can.</summary>
    public EsmmException? Fault { get; init; }
}

/// <summary>
/// Searches the numbers of a rank score: two thirds of the trials at random over the whole ranges, the rest around the best so far, ever
/// closer. What is tried is decided by the seed round by round, so the result depends on no thread.
/// </summary>
/// <param name="expression">The score; its columns are those of the rows and the varied names.</param>
/// <param name="varied">What is varied.</param>
/// <param name="ranks">How many ranks count.</param>
public sealed class RankTuning(RankExpression expression, IReadOnlyList<VariedNumber> varied, int ranks)
{
    private const int RoundTrials = 16;
    private const double FirstReach = 0.25;
    private const double Shrinking = 0.7;

    /// <summary>Where a search begins, and what it is compared with: 1 for every number, or what is nearest to it in its range.</summary>
    public double[] Baseline => [.. varied.Select(v => Math.Clamp(1, v.Low, v.High))];

    /// <summary>The expression with values in it.</summary>
    public RankExpression At(IReadOnlyList<double> values) => varied.Zip(values).Aggregate(expression, (e, pair) => e.With(pair.First.Name, pair.Second));

    /// <summary>Runs the search.</summary>
    /// <param name="rows">The rows to search on.</param>
    /// <param name="objective">Which of their objectives the closer trials follow.</param>
    /// <param name="trials">How many points are tried, the baseline among them.</param>
    /// <param name="seed">The seed.</param>
    /// <param name="threads">Points at a time.</param>
    /// <param name="progress">Told the share that is done.</param>
    /// <param name="token">Stops it.</param>
    /// <returns>All trials in order; the first is the baseline.</returns>
    /// <exception cref="EsmmException">The score can't be computed at the baseline.</exception>
    public IReadOnlyList<TuningTrial> Search(TuningRows rows, int objective, int trials, ulong seed, int threads, IProgress<double>? progress = null, CancellationToken token = default)
    {
        ArgumentNullException.ThrowIfNull(rows);
        List<TuningTrial> done = [new(Baseline, Means(Measure(rows, Baseline, token)))];
        double reach = FirstReach;
        SplitMix random = new(seed);
        while (done.Count < trials)
        {
            bool closer = done.Count > trials * 2 / 3;
            double[] best = Best(done, objective).Values;
            double[][] points = new double[Math.Min(RoundTrials, trials - done.Count)][];
            for (int p = 0; p < points.Length; p++)
            {
                points[p] = new double[varied.Count];
                for (int v = 0; v < varied.Count; v++)
                {
                    double unit = random.NextSingle(), width = varied[v].High - varied[v].Low;
                    points[p][v] = Rounded(closer ? Math.Clamp(best[v] + (reach * width * ((2 * unit) - 1)), varied[v].Low, varied[v].High) : varied[v].Low + (width * unit), varied[v]);
                }
            }

            TuningTrial[] round = new TuningTrial[points.Length];
            ParallelUnits.Each(Enumerable.Range(0, points.Length), threads, token, p => round[p] = Try(rows, points[p], token));
            done.AddRange(round);
            reach *= closer ? Shrinking : 1;
            progress?.Report(done.Count / (double)trials);
        }

        return done;
    }

    /// <summary>NDCG of every group with some values of the numbers, by objective.</summary>
    /// <param name="rows">The rows.</param>
    /// <param name="values">A value of each varied number.</param>
    /// <param name="token">Stops between two groups.</param>
    /// <exception cref="EsmmException">The score of some row can't be computed; the message has the values.</exception>
    public double?[][] Measure(TuningRows rows, IReadOnlyList<double> values, CancellationToken token = default)
    {
        ArgumentNullException.ThrowIfNull(rows);
        try
        {
            return rows.Measure(At(values), ranks, token);
        }
        catch (EsmmException fault)
        {
            string with = string.Join(", ", varied.Zip(values, (v, value) => FormattableString.Invariant($"{v.Name} = {value}")));
            throw new EsmmException(fault.Kind, fault.What, fault.Where + " with " + with, fault.Expected, fault.Hint, fault);
        }
    }

    /// <summary>
    /// The trial that is best by an objective. Of equal ones it is one that no other of them beats in the rest, so that it is on the front, and of those the
    /// first.
    /// </summary>
    public static TuningTrial Best(IReadOnlyList<TuningTrial> trials, int objective)
    {
        ArgumentNullException.ThrowIfNull(trials);
        TuningTrial best = trials[0];
        foreach (TuningTrial trial in trials)
        {
            double mine = trial.Objectives[objective], his = best.Objectives[objective];
            if (mine > his || (double.IsNaN(his) && !double.IsNaN(mine)) || (mine == his && Dominates(trial, best)))
            {
                best = trial;
            }
        }

        return best;
    }

    /// <summary>The trials that no other one is better than in one objective without being worse in another, by the first objective.</summary>
    public static IReadOnlyList<TuningTrial> Front(IReadOnlyList<TuningTrial> trials)
    {
        ArgumentNullException.ThrowIfNull(trials);
        TuningTrial[] computed = [.. trials.Where(t => t.Fault is null)];
        return [.. computed.Where(t => !computed.Any(o => Dominates(o, t))).DistinctBy(t => string.Join(' ', t.Objectives)).OrderBy(t => t.Objectives[0])];
    }

    /// <summary>The mean difference of two scores over the groups where there is something to find, with its 95 % interval: groups drawn with replacement.</summary>
    /// <param name="before">NDCG of each group under the one.</param>
    /// <param name="after">Under the other.</param>
    /// <param name="drawings">How often to draw.</param>
    /// <param name="seed">The seed.</param>
    public static (double Mean, Interval Interval)? Gain(double?[] before, double?[] after, int drawings = 1000, ulong seed = 1)
    {
        double[] differences = [.. before.Zip(after, (b, a) => a - b).OfType<double>()];
        if (differences.Length == 0)
        {
            return null;
        }

        double[] means = new double[drawings];
        for (int d = 0; d < drawings; d++)
        {
            SplitMix random = SplitMix.Stream(seed, (ulong)d);
            double sum = 0;
            for (int i = 0; i < differences.Length; i++)
            {
                sum += differences[random.NextBelow((uint)differences.Length)];
            }

            means[d] = sum / differences.Length;
        }

        return (differences.Average(), Interval.OfSample(means));
    }

    private static bool Dominates(TuningTrial a, TuningTrial b)
    {
        (double A, double B)[] pairs = [.. a.Objectives.Zip(b.Objectives).Where(pair => !double.IsNaN(pair.First))];
        return pairs.All(p => p.A >= p.B) && pairs.Any(p => p.A > p.B);
    }

    // A thousandth of the range or less, in a step of one digit: an exponent that somebody can type.
    private static double Rounded(double value, VariedNumber number)
    {
        decimal step = 1e9m;
        while (step > 1e-12m && (double)step > (number.High - number.Low) / 1000)
        {
            step /= 10;
        }

        return Math.Clamp((double)(Math.Round((decimal)value / step) * step), number.Low, number.High);
    }

    // Ranges that overlap, of a lower and an upper bound say, have points that are no score: they lose, and the search goes on.
    private TuningTrial Try(TuningRows rows, double[] values, CancellationToken token)
    {
        try
        {
            return new TuningTrial(values, Means(Measure(rows, values, token)));
        }
        catch (EsmmException fault) when (fault.Kind == EsmmErrorKind.Data)
        {
            return new TuningTrial(values, [.. rows.Gains.Select(_ => double.NaN)]) { Fault = fault };
        }
    }

    private static double[] Means(double?[][] groups) => [.. groups.Select(TuningRows.Mean)];
}
