using EsmmLite.Features;
using EsmmLite.Formats.BadInput;
using EsmmLite.Formats.Blocks;
using EsmmLite.Formats.Delimited;
using EsmmLite.Formats.Times;

namespace EsmmLite.Formats;

/// <summary>The first pass over a training log: counts, what is learned of each field, and what identifies the data.</summary>
public sealed record LogSurvey
{
    /// <summary>The schema with what was learned, from the training part only.</summary>
    public required FeatureSpace Space { get; init; }

    /// <summary>What was seen of each field, in the training part.</summary>
    public required IReadOnlyList<FieldStatistics> Fields { get; init; }

    /// <summary>Impressions, clicks and conversions to train on.</summary>
    public required FunnelCounts Training { get; init; }

    /// <summary>Impressions, clicks and conversions set aside; empty without a holdout.</summary>
    public required FunnelCounts Validation { get; init; }

    /// <summary>Rows read, and those that were bad and left out of both parts.</summary>
    public required BadRowCounts BadRows { get; init; }

    /// <summary>How ids were written, in both parts.</summary>
    public required IdForms IdForms { get; init; }

    /// <summary>Identifies the data: see <see cref="DelimitedReader.Fingerprint"/>.</summary>
    public required string Fingerprint { get; init; }

    /// <summary>Reads the whole log once.</summary>
    /// <param name="log">The log.</param>
    /// <param name="schema">The schema.</param>
    /// <param name="holdout">Rows to set aside; null for none. Nothing is learned from them.</param>
    /// <param name="seed">Seed of the samples that quantiles are taken from.</param>
    /// <param name="times">Which impressions and labels count; all when null.</param>
    /// <param name="progress">Told every few thousand rows, on the calling thread.</param>
    /// <param name="cancellation">Stops the pass.</param>
    /// <exception cref="EsmmException">A fault of the schema, a missing column, a damaged file, or too many bad rows, with file, line and column.</exception>
    public static LogSurvey Run(DelimitedLog log, Schema schema, Holdout? holdout = null, ulong seed = 0, TimeSelection? times = null,
        IProgress<LogProgress>? progress = null, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(log);
        var learner = new FeatureLearner(schema, seed);
        using var blocks = new LogBlocks(log, new RowRules(schema) { Holdout = holdout, Times = times }, progress, cancellation);
        var forms = new IdForms(schema);
        while (blocks.Next() is { } block)
        {
            forms.Observe(block.Training);
            forms.Observe(block.Validation);
            for (int field = 0; field < schema.Fields.Count; field++)
            {
                learner.Observe(field, block.Training.Column(field), block.Training.Times);
            }
        }

        FeatureSpace space = learner.Build();
        return new LogSurvey
        {
            Space = space,
            Fields = learner.Statistics,
            Training = blocks.Training,
            Validation = blocks.Validation,
            BadRows = blocks.BadRows,
            IdForms = forms,
            Fingerprint = blocks.Fingerprint!,
        };
    }
}
