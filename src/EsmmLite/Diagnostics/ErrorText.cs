using System.Globalization;
using System.Text;

namespace EsmmLite.Diagnostics;

/// <summary>Wording shared by error messages: quoted values, and the known name that is nearest to a misspelt one.</summary>
public static partial class ErrorText
{
    private const int QuotedLength = 60;
    private const int MostListed = 12, FewListed = 6;

    // Nobody misspells a longer name, and comparing two of a million characters would take hours.
    private const int LongestCompared = 200;

    /// <summary>A value in quotes: control characters escaped, cut after 60 characters.</summary>
    public static string Quote(ReadOnlySpan<char> value) => "\"" + Shorten(value) + "\"";

    /// <summary>A text that somebody else wrote, fit for a message: control characters escaped, cut after 60 characters.</summary>
    internal static string Shorten(ReadOnlySpan<char> value)
    {
        var text = new StringBuilder(QuotedLength + 3);
        foreach (char c in value[..Math.Min(value.Length, QuotedLength)])
        {
            if (char.IsControl(c) || char.IsSurrogate(c) && value.Length == 1)
            {
                text.Append(CultureInfo.InvariantCulture, $"\\u{(int)c:x4}");
            }
            else
            {
                text.Append(c);
            }
        }

        return text.Append(value.Length > QuotedLength ? "..." : "").ToString();
    }

    /// <summary>A UTF-8 value in quotes: control characters escaped, cut after 60 characters.</summary>
    public static string Quote(ReadOnlySpan<byte> utf8)
    {
        // Four bytes a character at most: whatever is cut here would be cut anyway.
        return Quote(Encoding.UTF8.GetString(utf8[..Math.Min(utf8.Length, 4 * QuotedLength + 4)]).AsSpan());
    }

    /// <summary>The names, quoted, with commas between them.</summary>
    public static string List(IEnumerable<string> names)
    {
        ArgumentNullException.ThrowIfNull(names);
        return string.Join(", ", names.Select(name => Quote(name.AsSpan())));
    }

    /// <summary>Known names in place of one that is not known, fit for a line: all of a few, otherwise the nearest and how many there are.</summary>
    /// <param name="name">The name that is not known.</param>
    /// <param name="known">The names that are.</param>
    public static string Some(string name, IReadOnlyCollection<string> known)
    {
        ArgumentNullException.ThrowIfNull(name);
        ArgumentNullException.ThrowIfNull(known);
        if (known.Count <= MostListed)
        {
            return List(known);
        }

        // Stable, so that names equally near stand as the header has them.
        IEnumerable<string> nearest = name.Length > LongestCompared ? known : known.Where(other => other.Length <= LongestCompared).OrderBy(other => EditDistance(name, other));
        return List(nearest.Take(FewListed)) + FormattableString.Invariant($", ... ({known.Count} in all)");
    }

    /// <summary>The known name nearest to a misspelt one, or null when none is near.</summary>
    /// <param name="name">The name that is not known.</param>
    /// <param name="known">The names that are.</param>
    public static string? Nearest(string name, IEnumerable<string> known)
    {
        ArgumentNullException.ThrowIfNull(name);
        ArgumentNullException.ThrowIfNull(known);
        string? best = null;
        int bestDistance = Math.Max(2, name.Length / 3) + 1;
        foreach (string candidate in name.Length > LongestCompared ? [] : known.Where(candidate => candidate.Length <= LongestCompared))
        {
            int distance = EditDistance(name, candidate);
            if (distance < bestDistance)
            {
                (best, bestDistance) = (candidate, distance);
            }
        }

        return best;
    }

    /// <summary>A hint such as <c>Did you mean 'ctr.auc'?</c>, or null if no name is near.</summary>
    internal static string? DidYouMean(string name, IEnumerable<string> known) => Nearest(name, known) is { } near ? $"Did you mean '{near}'?" : null;

    /// <summary>Why a file that can't be opened can't be, as the end of a sentence about it.</summary>
    internal static string WhyUnreadable(string path, Exception fault) =>
        Directory.Exists(path) ? "is a folder" : !File.Exists(path) ? "there is no such file" : "can't be read: " + fault.Message.TrimEnd('.');

    /// <summary>Insertions, deletions and replacements that turn one name into the other; letter case is free.</summary>
    private static int EditDistance(string a, string b)
    {
        int[] row = new int[b.Length + 1];
        for (int j = 0; j <= b.Length; j++)
        {
            row[j] = j;
        }

        for (int i = 1; i <= a.Length; i++)
        {
            int diagonal = row[0];
            row[0] = i;
            for (int j = 1; j <= b.Length; j++)
            {
                int replaced = diagonal + (char.ToLowerInvariant(a[i - 1]) == char.ToLowerInvariant(b[j - 1]) ? 0 : 1);
                diagonal = row[j];
                row[j] = Math.Min(replaced, Math.Min(row[j], row[j - 1]) + 1);
            }
        }

        return row[b.Length];
    }
}
