using EsmmLite.Model;

namespace EsmmLite.Formats.Checkup;

/// <summary>New data held against a model: field by field, the scores it gets, and what a person should look at.</summary>
public sealed record CheckupReport
{
    /// <summary>Rows looked at.</summary>
    public required long Rows { get; init; }

    /// <summary>Whether that was the whole log.</summary>
    public required bool IsWhole { get; init; }

    /// <summary>The fields that are read when serving, in the schema's order.</summary>
    public required IReadOnlyList<CheckedField> Fields { get; init; }

    /// <summary>pCTR, pCVR and pCTCVR of the rows that could be scored.</summary>
    public required IReadOnlyList<ScoreSummary> Scores { get; init; }

    /// <summary>What the model was trained on; null where its file doesn't say.</summary>
    public required DataCounts? TrainedOn { get; init; }

    /// <summary>Clicks and conversions; null where the log has no labels.</summary>
    public required LabelCheck? Labels { get; init; }

    /// <summary>What a person should look at, the likeliest cause first.</summary>
    public IReadOnlyList<Finding> Findings => field ??= Diagnosis.Of(this);

    /// <summary>Whether the rows are so few that shares of them are rough.</summary>
    public bool HasFewRows => Rows < Diagnosis.FewRows;

    /// <summary>Whether something must be mended before the scores can be trusted.</summary>
    public bool IsIll => Findings.Any(finding => finding.Severity == Severity.Fault);

    /// <summary>The answer in a sentence.</summary>
    public string Verdict => Diagnosis.Verdict(this);
}

/// <summary>What the labels of new data say of its scores.</summary>
/// <param name="Rows">Rows with labels that could be scored.</param>
/// <param name="Clicks">Clicked ones.</param>
/// <param name="Conversions">Converted ones.</param>
/// <param name="CtrAuc">AUC of pCTR against the click; null where undefined.</param>
/// <param name="CtcvrAuc">AUC of pCTCVR against the conversion; null where undefined.</param>
/// <param name="BadRows">Rows whose labels can't be read.</param>
public sealed record LabelCheck(long Rows, long Clicks, long Conversions, double? CtrAuc, double? CtcvrAuc, long BadRows);
