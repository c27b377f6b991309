namespace EsmmLite.Formats.Profiling;

/// <summary>What a column's name hints at. Only ever a hint: each use of it is checked against the values.</summary>
internal static class ColumnNames
{
    private static readonly HashSet<string> Ranks = new(StringComparer.OrdinalIgnoreCase) { "position", "pos", "rank", "ranking", "slot", "place", "placement" };

    private static readonly HashSet<string> Codes = new(StringComparer.OrdinalIgnoreCase)
    {
        "id", "ids", "uid", "code", "codes", "type", "category", "categories", "categorical", "cat", "class", "kind", "segment", "zip", "zipcode", "postcode", "plz",
        "country", "region", "city", "brand", "shop", "seller", "campaign", "creative", "ad", "adid", "item", "user", "site", "app", "device", "os", "browser", "channel", "key", "no", "nr",
        "number", "hash", "group", "cluster", "bool", "flag",
    };

    private static readonly HashSet<string> Times = new(StringComparer.OrdinalIgnoreCase) { "time", "timestamp", "ts", "date", "datetime", "day", "at", "epoch", "unixtime" };

    /// <summary>A place on the page, which is only known once the ranking is made.</summary>
    public static bool SoundsLikeRank(string name) => Words(name).Any(Ranks.Contains);

    /// <summary>A code or an identifier, not a number.</summary>
    public static bool SoundsLikeCode(string name) => Words(name).LastOrDefault() is { } last && (Codes.Contains(last) || (last.Length > 3 && last.EndsWith("id", StringComparison.OrdinalIgnoreCase)));

    /// <summary>A point in time.</summary>
    public static bool SoundsLikeTime(string name) => Words(name).Any(Times.Contains);

    /// <summary>The words of <c>srch_destination_id</c>, <c>siteId</c>, <c>prop-id</c>, <c>Site ID</c>; digits end a word.</summary>
    private static List<string> Words(string name)
    {
        var words = new List<string>();
        int start = 0;
        for (int i = 0; i <= name.Length; i++)
        {
            bool ends = i == name.Length || !char.IsLetter(name[i]);
            if (ends || (i > start && char.IsUpper(name[i]) && char.IsLower(name[i - 1])))
            {
                if (i > start)
                {
                    words.Add(name[start..i]);
                }

                start = ends ? i + 1 : i;
            }
        }

        return words;
    }
}
