using EsmmLite.Features;

namespace EsmmLite.Formats.Blocks;

/// <summary>The columns that a pass over a labelled log reads, and where each stands among them.</summary>
internal sealed class LogColumns
{
    private const int Unread = -1;

    private readonly List<string> _names = [];
    private readonly int[] _fields;
    private readonly int[] _kept;
    private readonly int[] _labels;
    private readonly int[] _labelTimes;

    public LogColumns(RowRules rules)
    {
        _fields = [.. rules.Schema.Fields.Select(field => field is CrossedField || (rules.AsServed && field.FixedAtServing is not null) ? Unread : Add(field.Column))];
        _kept = [.. _fields, .. rules.Along.Select(Add)];
        _labels = [.. rules.Schema.Labels.Select(label => Add(label.Column))];
        _labelTimes = [.. rules.Schema.Labels.Select(label => Add(label.TimeColumn))];
        Time = Add(rules.Schema.Time?.Column);
        Holdout = Add(rules.Holdout?.Column);
    }

    /// <summary>Their names in the header.</summary>
    public IReadOnlyList<string> Names => _names;

    /// <summary>The place of each field's column; -1 where it is not read. [fields]</summary>
    public ReadOnlySpan<int> Fields => _fields;

    /// <summary>The same, then the place of each column that is taken along: what a block keeps. [fields + along]</summary>
    public ReadOnlySpan<int> Kept => _kept;

    /// <summary>The place of the impression's time; -1 if there is none.</summary>
    public int Time { get; }

    /// <summary>The place of the column that decides which rows are set aside; -1 if there is none.</summary>
    public int Holdout { get; }

    public int Label(int stage) => _labels[stage];

    /// <summary>The place of the time at which a stage was reached; -1 if there is none.</summary>
    public int LabelTime(int stage) => _labelTimes[stage];

    private int Add(string? name)
    {
        if (name is null)
        {
            return Unread;
        }

        _names.Add(name);
        return _names.Count - 1;
    }
}
