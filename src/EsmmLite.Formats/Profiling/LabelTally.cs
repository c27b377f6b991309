using EsmmLite.Diagnostics;
using EsmmLite.Features;
using EsmmLite.Formats.BadInput;

namespace EsmmLite.Formats.Profiling;

/// <summary>Reads a label by its rule and keeps the texts it was told by.</summary>
/// <param name="rule">The rule.</param>
/// <param name="name">The stage's name.</param>
/// <param name="mostBad">The share of rows whose text may be no label.</param>
internal sealed class LabelTally(LabelRule rule, string name, double mostBad)
{
    private const int MostTexts = 1000;
    private const int ShownTexts = 12;
    private const double MostCounts = 0.5;

    private static readonly string[] Yes = ["1", "1.0", "true", "yes", "y", "t"];
    private static readonly string[] No = ["0", "0.0", "false", "no", "n", "f"];

    // What each text counts as; null for a text that is no label.
    private readonly Dictionary<string, bool?> _texts = new(StringComparer.Ordinal);
    private readonly Dictionary<string, long> _bad = new(StringComparer.Ordinal);
    private long _rows;
    private long _badRows; // whose text is no label
    private long _counts; // rows with a whole number above 1


    /// <summary>The label of a text; null where it is none.</summary>
    /// <exception cref="EsmmException">Too many texts are no labels: it is the wrong column, or its texts were not named.</exception>
    public bool? Read(ReadOnlySpan<char> text)
    {
        _rows++;
        Dictionary<string, bool?>.AlternateLookup<ReadOnlySpan<char>> lookup = _texts.GetAlternateLookup<ReadOnlySpan<char>>();
        if (!lookup.TryGetValue(text, out bool? label))
        {
            label = Meaning(text);
            if (label is null && _bad.Count < MostTexts)
            {
                _bad[text.ToString()] = 0;
            }

            if (_texts.Count == MostTexts)
            {
                throw new EsmmException(EsmmErrorKind.Data, "it has more than 1,000 different texts", "column " + ErrorText.Quote(rule.Column), "a column that tells the " + name);
            }

            lookup[text] = label;
        }

        _counts += label == true && rule.Texts is null && IsCount(text) ? 1 : 0;
        if (label is null)
        {
            _badRows++;
            _bad[text.ToString()]++;
        }

        return label;
    }

    /// <summary>What is wrong with a text that is no label.</summary>
    public RowFault Fault(ReadOnlySpan<char> text) => RowFault.Label(rule.Column, counts: false, new EsmmException(EsmmErrorKind.Data, "label " + ErrorText.Quote(text), "column " + ErrorText.Quote(rule.Column), "0 or 1",
        "Name the texts that mean a " + name + ": --" + name + " " + ErrorText.Quote(rule.Column + "=" + text.ToString()) + "."));

    /// <summary>Refuses a column of which too many texts are no labels, or most are numbers above 1.</summary>
    public void RequireFewBad()
    {
        if (_counts > MostCounts * _rows)
        {
            throw new EsmmException(EsmmErrorKind.Data, _counts + " of " + _rows + " values are above 1", "column " + ErrorText.Quote(rule.Column), "0 or 1, or counts that are mostly 0", "Does another column tell the " + name + "?");
        }

        if (_badRows <= mostBad * _rows)
        {
            return;
        }

        string[] shown = [.. _bad.OrderByDescending(pair => pair.Value).Select(pair => pair.Key)];
        string list = ErrorText.List(shown.Take(ShownTexts)) + (shown.Length > ShownTexts ? ", ..." : "");
        throw new EsmmException(EsmmErrorKind.Data, "the " + name + " is neither 0 nor 1 in " + _badRows + " of " + _rows + " rows, but " + list, "column " + ErrorText.Quote(rule.Column), "0 or 1",
            "Name the texts that mean a " + name + ": --" + name + " " + ErrorText.Quote(rule.Column + "=" + shown[0]) + ", or those that don't: --" + name + " " + ErrorText.Quote(rule.Column + "!=" + shown[0]) + ".");
    }

    /// <summary>The stage as a config writes it.</summary>
    /// <exception cref="EsmmException">A text that the rule names does not occur.</exception>
    public LabelStage Stage()
    {
        foreach (string text in rule.Texts ?? [])
        {
            if (!_texts.Keys.Any(seen => seen.Trim() == text))
            {
                throw new EsmmException(EsmmErrorKind.Data, "the text " + ErrorText.Quote(text) + " does not occur", "column " + ErrorText.Quote(rule.Column),
                    "one of " + ErrorText.List(_texts.Keys.Order(StringComparer.Ordinal).Take(ShownTexts)));
            }
        }

        string[] positive = [.. _texts.Where(pair => pair.Value == true).Select(pair => pair.Key).Order(StringComparer.Ordinal)];
        bool plain = rule.Texts is null && _texts.Where(pair => pair.Value is not null).All(pair => pair.Key is "0" or "0.0" or "1" or "1.0");
        return new LabelStage { Name = name, Column = rule.Column, In = plain || _counts > 0 ? null : positive, BinariseCounts = _counts > 0 };
    }

    /// <summary>A whole number above 1: how often something happened.</summary>
    private static bool IsCount(ReadOnlySpan<char> text) => ValueText.KindOf(text, out double number) == ValueKind.Integer && number > 1;

    private bool? Meaning(ReadOnlySpan<char> text)
    {
        string trimmed = text.Trim().ToString();
        if (rule.Texts is { } texts)
        {
            return rule.IsExclusion ? !texts.Contains(trimmed) && ValueText.KindOf(text, out _) != ValueKind.Missing : texts.Contains(trimmed);
        }

        if (IsCount(text))
        {
            return true;
        }

        return Yes.Contains(trimmed, StringComparer.OrdinalIgnoreCase) ? true : No.Contains(trimmed, StringComparer.OrdinalIgnoreCase) ? false : null;
    }
}
