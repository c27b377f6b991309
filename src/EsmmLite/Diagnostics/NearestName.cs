namespace EsmmLite;

/// <summary>Finds what someone may have meant by a misspelt name.</summary>
internal static class NearestName
{
    /// <summary>A hint such as <c>Did you mean 'ctr.auc'?</c>, or null if no name is near.</summary>
    /// <param name="name">The name that was given.</param>
    /// <param name="valid">The names that exist.</param>
    public static string? Hint(string name, IEnumerable<string> valid)
    {
        string? best = null;
        int bestDistance = Math.Max(2, name.Length / 3) + 1;
        foreach (string candidate in valid)
        {
            int distance = Distance(name.ToUpperInvariant(), candidate.ToUpperInvariant());
            if (distance < bestDistance)
            {
                (best, bestDistance) = (candidate, distance);
            }
        }

        return best is null ? null : $"Did you mean '{best}'?";
    }

    /// <summary>Levenshtein's distance: letters inserted, removed or replaced.</summary>
    private static int Distance(string a, string b)
    {
        int[] row = [.. Enumerable.Range(0, b.Length + 1)];
        for (int i = 1; i <= a.Length; i++)
        {
            int diagonal = row[0];
            row[0] = i;
            for (int j = 1; j <= b.Length; j++)
            {
                int replaced = diagonal + (a[i - 1] == b[j - 1] ? 0 : 1);
                diagonal = row[j];
                row[j] = Math.Min(replaced, 1 + Math.Min(row[j], row[j - 1]));
            }
        }

        return row[^1];
    }
}
