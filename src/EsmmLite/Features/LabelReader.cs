using System.Globalization;
using EsmmLite.Diagnostics;

namespace EsmmLite.Features;

/// <summary>Maps the text of a label column to 0 or 1.</summary>
public sealed class LabelReader
{
    private readonly LabelStage[] _stages;

    /// <summary>Creates a reader for the label stages of a schema.</summary>
    public LabelReader(Schema schema)
    {
        ArgumentNullException.ThrowIfNull(schema);
        _stages = [.. schema.Labels];
    }

    /// <summary>Number of label stages.</summary>
    public int Stages => _stages.Length;

    /// <summary>The label that a text means.</summary>
    /// <param name="stage">The stage's place in the schema.</param>
    /// <param name="text">The text of the stage's column.</param>
    /// <returns>0 or 1.</returns>
    /// <exception cref="EsmmException">The stage has no list of texts, and the text is neither 0 nor 1 (or no count, where the column counts).</exception>
    public byte Read(int stage, ReadOnlySpan<char> text) => TryRead(stage, text, out byte value) ? value : throw Explain(stage, text);

    /// <summary>The label that a text means, if it means one.</summary>
    /// <param name="stage">The stage's place in the schema.</param>
    /// <param name="text">The text of the stage's column.</param>
    /// <param name="value">0 or 1; 0 for a text that is no label.</param>
    /// <returns>Whether it is a label; <see cref="Read"/> says why it is not.</returns>
    public bool TryRead(int stage, ReadOnlySpan<char> text, out byte value)
    {
        LabelStage label = _stages[stage];
        value = 0;
        if (label.In is { } positive)
        {
            for (int i = 0; i < positive.Count; i++)
            {
                if (text.SequenceEqual(positive[i]))
                {
                    value = 1;
                }
            }

            return true;
        }

        switch (text)
        {
            case "0" or "0.0":
                return true;
            case "1" or "1.0":
                value = 1;
                return true;
            default:
                double? count = label.BinariseCounts ? CountOf(text) : null;
                value = count > 0 ? (byte)1 : (byte)0;
                return count is not null;
        }
    }

    /// <summary>A whole number that is not negative; null for every other text.</summary>
    private static double? CountOf(ReadOnlySpan<char> text)
    {
        bool number = double.TryParse(text, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out double count);

        // The runtime's parser ignores NUL at the end.
        return number && text[^1] != '\0' && double.IsFinite(count) && count == Math.Floor(count) ? count : null;
    }

    /// <summary>The exception that <see cref="Read"/> throws.</summary>
    /// <param name="stage">The stage's place in the schema.</param>
    /// <param name="text">A text that is no label.</param>
    public EsmmException Explain(int stage, ReadOnlySpan<char> text)
    {
        LabelStage label = _stages[stage];
        string hint = CountOf(text) is not null ? "If the column counts, say \"counts\": \"binarise\" of the label: everything above 0 is then 1."
            : "If other texts mean a " + label.Name + ", list them under \"in\" of the label.";
        return new(EsmmErrorKind.Data, "label " + ErrorText.Quote(text), "column " + ErrorText.Quote(label.Column), label.BinariseCounts ? "a count: 0, 1, 2, .." : "0 or 1", hint);
    }
}
