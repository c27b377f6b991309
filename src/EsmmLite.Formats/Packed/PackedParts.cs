using EsmmLite.Features;
using EsmmLite.Formats.BadInput;
using EsmmLite.Formats.Blocks;
using EsmmLite.Formats.Delimited;
using EsmmLite.Formats.Times;

namespace EsmmLite.Formats.Packed;

/// <summary>An encoded log, in two parts if some rows are set aside.</summary>
public sealed class PackedParts : IDisposable
{
    private PackedParts(PackedLog training, PackedLog? validation, LogBlocks blocks, IdForms forms)
    {
        Training = training;
        Validation = validation;
        Fingerprint = blocks.Fingerprint!;
        TrainingCounts = blocks.Training;
        ValidationCounts = blocks.Validation;
        BadRows = blocks.BadRows;
        IdForms = forms;
    }

    /// <summary>The impressions to train on.</summary>
    public PackedLog Training { get; }

    /// <summary>The impressions set aside; null without a holdout.</summary>
    public PackedLog? Validation { get; }

    /// <summary>Identifies the data: see <see cref="DelimitedReader.Fingerprint"/>.</summary>
    public string Fingerprint { get; }

    /// <summary>Impressions, clicks and conversions to train on, and rows that were left out.</summary>
    public FunnelCounts TrainingCounts { get; }

    /// <summary>Impressions, clicks and conversions set aside, and rows of that part that were left out; empty without a holdout.</summary>
    public FunnelCounts ValidationCounts { get; }

    /// <summary>Rows read, and those that were bad and left out of both parts.</summary>
    public BadRowCounts BadRows { get; }

    /// <summary>How ids were written, if no pass before has looked at it.</summary>
    public IdForms IdForms { get; }

    /// <summary>The second pass: encodes a log into temporary files.</summary>
    /// <param name="log">The log.</param>
    /// <param name="space">The feature space learned by the first pass.</param>
    /// <param name="holdout">Rows to set aside, as in the first pass.</param>
    /// <param name="times">Which impressions and labels count, as in the first pass; all when null.</param>
    /// <param name="expectedFingerprint">What the first pass saw, which kept bad rows aside; null to take the log as it is.</param>
    /// <param name="folder">Where to put the files; the system's folder for temporary files when null.</param>
    /// <param name="progress">Told every few thousand rows, on the calling thread.</param>
    /// <param name="cancellation">Stops the pass.</param>
    /// <exception cref="EsmmException">Too many bad rows, or a damaged file, with file, line and column; or the files changed between the passes.</exception>
    public static PackedParts Pack(DelimitedLog log, FeatureSpace space, Holdout? holdout = null, TimeSelection? times = null, string? expectedFingerprint = null,
        string? folder = null, IProgress<LogProgress>? progress = null, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(log);
        ArgumentNullException.ThrowIfNull(space);
        using var blocks = new LogBlocks(log, new RowRules(space.Schema) { Holdout = holdout, Times = times, Space = space, IsSpaceNew = true, IsLaterPass = expectedFingerprint is not null }, progress, cancellation);
        using var training = new PackedWriter(space, folder);
        using PackedWriter? validation = holdout is null ? null : new PackedWriter(space, folder);
        var encoder = new BlockEncoder(space);
        var forms = new IdForms(space.Schema);
        while (blocks.Next() is { } block)
        {
            if (expectedFingerprint is null)
            {
                forms.Observe(block.Training);
                forms.Observe(block.Validation);
            }

            training.Append(encoder.Encode(block, block.Training));
            validation?.Append(encoder.Encode(block, block.Validation));
        }

        if (expectedFingerprint is not null && expectedFingerprint != blocks.Fingerprint)
        {
            throw new EsmmException(EsmmErrorKind.Data, "the files changed between the first pass and the second", string.Join(", ", log.Files), hint: "Run again once nothing writes to them.");
        }

        return new PackedParts(training.Finish(), validation?.Finish(), blocks, forms);
    }

    /// <summary>Deletes the files.</summary>
    public void Dispose()
    {
        Training.Dispose();
        Validation?.Dispose();
    }
}
