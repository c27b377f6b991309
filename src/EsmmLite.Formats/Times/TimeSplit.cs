using EsmmLite.Features;
using EsmmLite.Formats.Blocks;
using EsmmLite.Formats.Delimited;

namespace EsmmLite.Formats.Times;

/// <summary>Finds from when on impressions are to be set aside, so that they are the newest share of a log.</summary>
public static class TimeSplit
{
    /// <summary>Reads the times and labels of a log once.</summary>
    /// <param name="log">The log.</param>
    /// <param name="schema">The schema, which must declare the time of an impression.</param>
    /// <param name="holdout">A holdout by time.</param>
    /// <param name="times">Which impressions and labels count; all when null.</param>
    /// <param name="progress">Told every few thousand rows, on the calling thread.</param>
    /// <param name="cancellation">Stops the pass.</param>
    /// <returns>The holdout with its threshold: impressions of one time stay together, so the share is met as nearly as it can be.</returns>
    /// <exception cref="EsmmException">No time is declared, all impressions are of one time, or a bad row.</exception>
    public static Holdout Find(DelimitedLog log, Schema schema, Holdout holdout, TimeSelection? times = null, IProgress<LogProgress>? progress = null, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(log);
        ArgumentNullException.ThrowIfNull(schema);
        ArgumentNullException.ThrowIfNull(holdout);
        if (!holdout.IsByTime)
        {
            throw new ArgumentException("The holdout is not one by time.", nameof(holdout));
        }

        if (schema.Time is null)
        {
            throw new EsmmException(EsmmErrorKind.Config, "the newest impressions can't be set aside: the config does not say when they were shown", "time", "the column of the time, such as \"time\": { \"column\": \"shown_at\" }");
        }

        var histogram = new TimeHistogram();
        using var blocks = new LogBlocks(log, new RowRules(schema) { Times = times, WithoutValues = true, IsLaterPass = true }, progress, cancellation);
        while (blocks.Next() is { } block)
        {
            foreach (long shown in block.Training.Times)
            {
                histogram.Add(shown);
            }
        }

        return histogram.BeginningOfNewest(holdout.Fraction) is { } beginning
            ? holdout.From(new DateTimeOffset(beginning, TimeSpan.Zero))
            : throw new EsmmException(EsmmErrorKind.Data, histogram.Total == 0 ? "there are no impressions" : "all impressions are of one time, so none are newer than the others", string.Join(", ", log.Files), "impressions of two times at least");
    }
}
