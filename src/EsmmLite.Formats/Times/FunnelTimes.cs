using EsmmLite.Diagnostics;
using EsmmLite.Features;
using EsmmLite.Formats.BadInput;
using EsmmLite.Formats.Blocks;
using EsmmLite.Formats.Delimited;

namespace EsmmLite.Formats.Times;

/// <summary>What times do to an impression: they may leave it out, or take labels from it that came too late.</summary>
internal sealed class FunnelTimes
{
    private readonly TimeReader _reader;
    private readonly ImpressionTime _shown;
    private readonly IReadOnlyList<LabelStage> _stages;
    private readonly IReadOnlyList<string> _missing;
    private readonly LogColumns _columns;
    private readonly long _since, _until, _asOf;
    private readonly string[] _late, _outside; // reasons, a stage each

    /// <param name="rules">Rules whose schema declares the time of an impression.</param>
    /// <param name="columns">Where the columns of times stand.</param>
    /// <exception cref="EsmmException">The selection needs times that are not declared, or the zone is not known.</exception>
    public FunnelTimes(RowRules rules, LogColumns columns)
    {
        _shown = rules.Schema.Time!;
        _stages = rules.Schema.Labels;
        _missing = rules.Schema.MissingValues;
        _columns = columns;
        _reader = new TimeReader(_shown.Format, _shown.Zone);
        _since = rules.Times?.Since?.UtcTicks ?? long.MinValue;
        _until = rules.Times?.Until?.UtcTicks ?? long.MaxValue;
        _asOf = rules.Times?.AsOf?.UtcTicks ?? long.MaxValue;
        _late = [.. _stages.Select(stage => stage.Name + " after the as-of time")];
        _outside = [.. _stages.Select(stage => stage.Name + " outside its window")];
    }

    /// <summary>Reads when the current row was shown.</summary>
    /// <param name="row">The reader.</param>
    /// <param name="shown">The time, in ticks of UTC.</param>
    /// <returns>What is wrong if it is no time; otherwise null.</returns>
    public RowFault? Shown(DelimitedReader row, out long shown)
    {
        try
        {
            shown = _reader.Read(row.Value(_columns.Time), _shown.Column);
            return null;
        }
        catch (EsmmException e)
        {
            shown = 0;
            return RowFault.Time(_shown.Column, e);
        }
    }

    /// <summary>Why an impression is left out; null when it is kept.</summary>
    public string? LeftOutBecause(long shown)
    {
        return shown < _since ? "before the since time" : shown >= _until ? "at or after the until time" : shown > _asOf ? "after the as-of time" : null;
    }

    /// <summary>Takes the labels away that came later than the as-of time, or outside their window; those of the stages after it go with a label.</summary>
    /// <param name="row">The current row.</param>
    /// <param name="shown">When it was shown.</param>
    /// <param name="labels">0 or 1 a stage. [stages]</param>
    /// <param name="counts">Counts the labels that are taken away.</param>
    /// <returns>What is wrong if the time of a label that is 1 is no time, is missing, or lies before the time of the stage before; otherwise null, and only then are labels taken away.</returns>
    public RowFault? Judge(DelimitedReader row, long shown, Span<byte> labels, FunnelCounts counts)
    {
        long before = shown;
        for (int stage = 0; stage < labels.Length; stage++)
        {
            if (labels[stage] == 0 || _stages[stage].TimeColumn is not { } column)
            {
                continue;
            }

            long reached;
            try
            {
                reached = Reached(row.Value(_columns.LabelTime(stage)), stage, column, before);
            }
            catch (EsmmException e)
            {
                return RowFault.Time(column, e);
            }

            bool late = reached > _asOf;
            if (!late && !(reached - before > _stages[stage].Window?.Ticks))
            {
                before = reached;
                continue;
            }

            for (; stage < labels.Length; stage++)
            {
                if (labels[stage] == 1)
                {
                    labels[stage] = 0;
                    counts.Hide((late ? _late : _outside)[stage]);
                }
            }
        }

        return null;
    }

    private long Reached(ReadOnlySpan<char> text, int stage, string column, long before)
    {
        foreach (string missing in _missing)
        {
            if (text.SequenceEqual(missing))
            {
                throw new EsmmException(EsmmErrorKind.Data, "the " + _stages[stage].Name + " has no time", "column " + ErrorText.Quote(column), "a time where the label is 1");
            }
        }

        long reached = _reader.Read(text, column);
        return reached >= before
            ? reached
            : throw new EsmmException(EsmmErrorKind.Data, "the " + _stages[stage].Name + " at " + TimeText.Of(reached) + " is earlier than what it follows, at " + TimeText.Of(before), "column " + ErrorText.Quote(column), "that time or later",
                "Are both columns written in the same zone?");
    }
}
