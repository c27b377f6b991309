using System.Text;
using EsmmLite.Diagnostics;

namespace EsmmLite.Formats.Profiling;

/// <summary>Which column tells a stage of the funnel, and which of its texts count as 1.</summary>
/// <param name="Column">The column.</param>
/// <param name="Texts">The texts named, compared without the spaces around them; null for a column of 0 and 1, or of yes and no.</param>
/// <param name="IsExclusion">Whether the texts named are those that count as 0, and every other one (but a missing one) counts as 1.</param>
public sealed record LabelRule(string Column, IReadOnlyList<string>? Texts = null, bool IsExclusion = false)
{
    /// <summary>
    /// Reads <c>column</c>, <c>column=text,text</c> or <c>column!=text,text</c>. A text with a comma stands in double quotes, a quote within
    /// is written twice. A text that is the name of a column is that column, whatever it contains.
    /// </summary>
    /// <param name="text">The rule.</param>
    /// <param name="option">What to call it in messages.</param>
    /// <param name="columns">The columns of the log.</param>
    /// <exception cref="EsmmException">No text follows the equals sign, or a quote is not closed.</exception>
    public static LabelRule Parse(string text, string option, IReadOnlyList<string> columns)
    {
        ArgumentNullException.ThrowIfNull(text);
        ArgumentNullException.ThrowIfNull(columns);
        int equals = text.IndexOf('=', StringComparison.Ordinal);
        if (equals <= 0 || columns.Contains(text))
        {
            return new LabelRule(text);
        }

        bool exclusion = text[equals - 1] == '!';
        List<string> texts = Split(text[(equals + 1)..]) ?? throw Bad(text, option, "a quote is not closed");
        return texts.All(item => item.Length > 0)
            ? new LabelRule(text[..(exclusion ? equals - 1 : equals)], texts, exclusion)
            : throw Bad(text, option, "a text is empty");
    }

    /// <summary>The rule as it is written on a command line.</summary>
    public override string ToString() => Texts is null ? Column : Column + (IsExclusion ? "!=" : "=") + string.Join(',', Texts.Select(Quote));

    private static string Quote(string text) => text.AsSpan().ContainsAny(",\"") ? "\"" + text.Replace("\"", "\"\"", StringComparison.Ordinal) + "\"" : text;

    private static EsmmException Bad(string text, string option, string what)
        => new(EsmmErrorKind.Usage, what + " in " + ErrorText.Quote(text), option, "COLUMN, COLUMN=TEXT,TEXT or COLUMN!=TEXT,TEXT");

    /// <summary>The texts between commas; null where a quote is not closed.</summary>
    private static List<string>? Split(string list)
    {
        var texts = new List<string>();
        var text = new StringBuilder();
        bool quoted = false;
        for (int i = 0; i < list.Length; i++)
        {
            char c = list[i];
            if (c == '"' && quoted && i + 1 < list.Length && list[i + 1] == '"')
            {
                text.Append('"');
                i++;
            }
            else if (c == '"' && (quoted || text.Length == 0))
            {
                quoted = !quoted;
            }
            else if (c == ',' && !quoted)
            {
                texts.Add(text.ToString().Trim());
                text.Clear();
            }
            else
            {
                text.Append(c);
            }
        }

        texts.Add(text.ToString().Trim());
        return quoted ? null : texts;
    }
}
