using System.Text;
using System.Text.RegularExpressions;
using EsmmLite.Features;

namespace EsmmLite.Formats.Checkup;

/// <summary>A change under which values that training never saw become ones that it saw.</summary>
/// <param name="What">The change, in words, such as: without "user_" in front.</param>
/// <param name="Example">A value of the new data.</param>
/// <param name="Changed">The same value as training wrote it.</param>
/// <param name="Share">The share of the unseen values that training knows when they are changed so, of those that can be told.</param>
public sealed partial record EncodingGuess(string What, string Example, string Changed, double Share)
{
    private const int Fewest = 5;
    private const double LeastShare = 0.5;

    private static readonly char[] Separators = [':', '/', '|', '_', '-', '.', '#', '='];

    private static readonly (string What, Func<string, string> Change)[] Changes =
    [
        ("without \".0\" behind", text => text.EndsWith(".0", StringComparison.Ordinal) ? text[..^2] : text),
        ("with \".0\" behind", text => text + ".0"),
        ("without blanks around", text => text.Trim()),
        ("without quotes around", text => text.Trim('"', '\'')),
        ("without zeros in front", text => text.TrimStart('0')),
        ("in small letters", text => text.ToLowerInvariant()),
        ("in capitals", text => text.ToUpperInvariant()),
        ("without dashes", text => text.Replace("-", "", StringComparison.Ordinal)),
        ("without thousands separators", text => text.Replace(",", "", StringComparison.Ordinal)),
        ("without what stands before the digits", text => LeadingWord().Replace(text, "")),
        ("without what stands behind the digits", text => TrailingWord().Replace(text, "")),
        ("without what stands before the last separator", text => text[(text.LastIndexOfAny(Separators) + 1)..]),
        ("without what stands behind the first separator", text => text.IndexOfAny(Separators) is > 0 and var at ? text[..at] : text),
    ];

    /// <summary>Tries simple changes on values of a field.</summary>
    /// <param name="then">What training saw.</param>
    /// <param name="values">Values of the new data.</param>
    /// <returns>The change that explains most of those that training never saw; null where none explains half of them.</returns>
    public static EncodingGuess? Of(FieldProfile then, IEnumerable<string> values)
    {
        ArgumentNullException.ThrowIfNull(then);
        ArgumentNullException.ThrowIfNull(values);
        string[] unseen = [.. values.Where(text => then.Knows(Encoding.UTF8.GetBytes(text)) != true).Distinct(StringComparer.Ordinal)];
        EncodingGuess? best = null;
        foreach ((string what, Func<string, string> change) in Changes)
        {
            (string From, string To, bool Known)[] tried = [.. unseen.Select(text => (From: text, To: change(text))).Where(pair => pair.To != pair.From && pair.To.Length > 0)
                .Select(pair => (pair.From, pair.To, then.Knows(Encoding.UTF8.GetBytes(pair.To)))).Where(triple => triple.Item3 is not null).Select(triple => (triple.From, triple.To, triple.Item3 == true))];
            double share = tried.Length < Math.Min(Fewest, unseen.Length) || tried.Length == 0 ? 0 : tried.Count(triple => triple.Known) / (double)tried.Length;
            if (share >= LeastShare && share > (best?.Share ?? 0))
            {
                (string from, string to, _) = tried.First(triple => triple.Known);
                best = new EncodingGuess(what, from, to, share);
            }
        }

        return best;
    }

    [GeneratedRegex(@"^\D+(?=\d)")]
    private static partial Regex LeadingWord();

    [GeneratedRegex(@"(?<=^\d+)\D.*$")]
    private static partial Regex TrailingWord();
}
