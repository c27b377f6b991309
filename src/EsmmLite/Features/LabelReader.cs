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
    public byte Read(int stage, ReadOnlySpan<char> text)
    {
        LabelStage label = _stages[stage];
        if (label.In is { } positive)
        {
            for (int i = 0; i < positive.Count; i++)
            {
                if (text.SequenceEqual(positive[i]))
                {
                    return 1;
                }
            }

            return 0;
        }

        return text switch
        {
            "0" or "0.0" => 0,
            "1" or "1.0" => 1,
            _ => CountOf(text) is { } count ? Binary(label, text, count) : throw Refuse(label, text, "If other texts mean a " + label.Name + ", list them under \"in\" of the label."),
        };
    }

    private static byte Binary(LabelStage label, ReadOnlySpan<char> text, double count)
    {
        return label.BinariseCounts ? (byte)(count > 0 ? 1 : 0) : throw Refuse(label, text, "If the column counts, say \"counts\": \"binarise\" of the label: everything above 0 is then 1.");
    }

    /// <summary>A whole number that is not negative; null for every other text.</summary>
    private static double? CountOf(ReadOnlySpan<char> text)
    {
        bool number = double.TryParse(text, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out double count);

        // The runtime's parser ignores NUL at the end.
        return number && text[^1] != '\0' && double.IsFinite(count) && count == Math.Floor(count) ? count : null;
    }

    private static EsmmException Refuse(LabelStage label, ReadOnlySpan<char> text, string hint) =>
        new(EsmmErrorKind.Data, "label " + ErrorText.Quote(text), "column " + ErrorText.Quote(label.Column), label.BinariseCounts ? "a count: 0, 1, 2, .." : "0 or 1", hint);
}
