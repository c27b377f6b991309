using EsmmLite.Features;
using EsmmLite.Formats.BadInput;

namespace EsmmLite.Formats.Packed;

/// <summary>What training needs of its logs: the feature space, the encoded impressions to train and to validate on, and their counts.</summary>
public sealed class PackedData : IDisposable
{
    internal PackedData(FeatureSpace space, string fingerprint, PackedLog training, FunnelCounts trainingCounts, PackedLog? validation, FunnelCounts? validationCounts)
    {
        Space = space;
        Fingerprint = fingerprint;
        Training = training;
        TrainingCounts = trainingCounts;
        Validation = validation;
        ValidationCounts = validationCounts;
    }

    /// <summary>Takes over the parts of a log, and of a log to validate on.</summary>
    /// <param name="space">The feature space that encoded them.</param>
    /// <param name="parts">The log.</param>
    /// <param name="valid">A log of its own to validate on, in place of a holdout.</param>
    public PackedData(FeatureSpace space, PackedParts parts, PackedParts? valid = null)
    {
        ArgumentNullException.ThrowIfNull(space);
        ArgumentNullException.ThrowIfNull(parts);
        (Space, Fingerprint, Training, TrainingCounts) = (space, parts.Fingerprint, parts.Training, parts.TrainingCounts);
        (Validation, ValidationCounts) = valid is not null ? (valid.Training, valid.TrainingCounts)
            : parts.Validation is not null ? (parts.Validation, parts.ValidationCounts) : (null, null);
        BadRows = parts.BadRows;
        ValidBadRows = valid?.BadRows;
    }

    /// <summary>The feature space that encoded the impressions.</summary>
    public FeatureSpace Space { get; }

    /// <summary>Identifies the training data: see <see cref="Delimited.DelimitedReader.Fingerprint"/>.</summary>
    public string Fingerprint { get; }

    /// <summary>Rows of the training log, and those that were bad and left out.</summary>
    public BadRowCounts BadRows { get; init; } = new();

    /// <summary>Rows of the log to validate on, and those that were bad and left out; null where a holdout validates, or nothing does.</summary>
    public BadRowCounts? ValidBadRows { get; init; }

    /// <summary>What whoever trains should know of the data, a sentence each.</summary>
    public IReadOnlyList<string> Notes { get; init; } = [];

    /// <summary>Which rows and labels of the data are used, in words (holdout, times); null for all.</summary>
    public string? Selection { get; init; }

    /// <summary>The impressions to train on.</summary>
    public PackedLog Training { get; }

    /// <summary>What was kept and left out of them.</summary>
    public FunnelCounts TrainingCounts { get; }

    /// <summary>The impressions to validate on; null when there are none.</summary>
    public PackedLog? Validation { get; }

    /// <summary>What was kept and left out of them.</summary>
    public FunnelCounts? ValidationCounts { get; }

    /// <summary>Closes the files; temporary ones are deleted.</summary>
    public void Dispose()
    {
        Training.Dispose();
        Validation?.Dispose();
    }
}
