using EsmmLite.Features;
using EsmmLite.Formats.Times;

namespace EsmmLite.Formats.Blocks;

/// <summary>How the rows of a log become impressions.</summary>
/// <param name="Schema">What the columns mean.</param>
internal sealed record RowRules(Schema Schema)
{
    /// <summary>What encodes the rows, if that is known already: numbers that it refuses are bad, too.</summary>
    public FeatureSpace? Space { get; init; }

    /// <summary>Whether this pass is the first to know what encodes the rows.</summary>
    public bool IsSpaceNew { get; init; }

    /// <summary>Rows to set aside; null for none.</summary>
    public Holdout? Holdout { get; init; }

    /// <summary>Which impressions and labels count; all when null.</summary>
    public TimeSelection? Times { get; init; }

    /// <summary>Whether fields that are fixed when serving are not read: their columns need not be there.</summary>
    public bool AsServed { get; init; }

    /// <summary>Columns to take along as text, behind those of the fields.</summary>
    public IReadOnlyList<string> Along { get; init; } = [];

    /// <summary>Whether bad rows were kept aside by a pass before this one.</summary>
    public bool IsLaterPass { get; init; }

    /// <summary>Whether only times and labels are wanted. Fields are looked at all the same, so that every pass sees the same rows.</summary>
    public bool WithoutValues { get; init; }

    /// <summary>Throws where the rules contradict the schema, or each other.</summary>
    /// <exception cref="EsmmException">Times are needed that the schema doesn't declare, or the newest rows are to be set aside and it is not known which they are.</exception>
    public void Require()
    {
        Times?.Require(Schema);
        if (Holdout is { IsByTime: true, Threshold: null })
        {
            throw new EsmmException(EsmmErrorKind.Usage, "it is not known yet from when on impressions are set aside", "holdout", "a holdout that TimeSplit found for this log");
        }
    }
}
