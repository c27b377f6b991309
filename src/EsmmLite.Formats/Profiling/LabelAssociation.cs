namespace EsmmLite.Formats.Profiling;

/// <summary>How well one column alone tells a label, in simple forms. An area of 0.5 is chance, 1 is a column that gives the label away.</summary>
public sealed record LabelAssociation
{
    /// <summary>From this area on a column is taken for a leak: honest columns of a click log stay far below.</summary>
    public const double LeakAuc = 0.99;

    // Below this area a column is not worth a warning.
    private const double SuspiciousAuc = 0.95;

    // A value that always comes with a label is odd only where the label is rare.
    private const double LeastLift = 5;
    private const double LeastPureShare = 0.1;

    /// <summary>Area of "is there a value?", in the better direction.</summary>
    public required double Presence { get; init; }

    /// <summary>Area of the numbers' order, in the better direction; null where the column holds other texts, or too few numbers.</summary>
    public required double? Order { get; init; }

    /// <summary>Area of the label's rate at each value (each bucket of many numbers), learned on one half of the rows and measured on the other.</summary>
    public required double Values { get; init; }

    /// <summary>The rarer label.</summary>
    public required bool Rarer { get; init; }

    /// <summary>The share of the rarer label among all rows.</summary>
    public required double RarerShare { get; init; }

    /// <summary>The share of rows with the rarer label whose value, or who have a value at all, where that (nearly) only occurs with this label.</summary>
    public required double PureShare { get; init; }

    /// <summary>The share of the rarer label among rows that have a value.</summary>
    public required double RarerShareWherePresent { get; init; }

    /// <summary>The largest area.</summary>
    public double Strongest => Math.Max(Math.Max(Presence, Order ?? 0.5), Values);

    /// <summary>Whether the column gives the label away.</summary>
    public bool IsLeak => Strongest >= LeakAuc || IsPure;

    /// <summary>Whether a person should look at the column, though it is not taken for a leak.</summary>
    public bool IsSuspicious => !IsLeak && Strongest >= SuspiciousAuc;

    private bool IsPure => PureShare >= LeastPureShare && RarerShare * LeastLift <= 1;

    /// <summary>What gives the label away, in words: a clause about the column.</summary>
    /// <param name="label">What to call the label.</param>
    public string Describe(string label)
    {
        FormattableString text = this switch
        {
            { Presence: >= LeakAuc } => $"it is filled where {label} is {RarerText()} and missing elsewhere, or the other way round",
            { RarerShareWherePresent: >= LeakCheck.PureRate } when IsPure => $"where it is filled, {label} is nearly always {RarerText()}",
            _ when Strongest < LeakAuc && IsPure => $"{PureShare:P0} of the rows where {label} is {RarerText()} have values that hardly occur otherwise",
            _ when Order == Strongest => $"its order alone tells {label} (AUC {Strongest:F3})",
            _ => $"its values alone tell {label} (AUC {Strongest:F3})",
        };
        return FormattableString.Invariant(text);
    }

    private string RarerText() => Rarer ? "1" : "0";
}
