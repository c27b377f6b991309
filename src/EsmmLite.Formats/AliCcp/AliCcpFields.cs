namespace EsmmLite.Formats.AliCcp;

/// <summary>The fields of the Ali-CCP log by their numbers there, in the order of the columns written.</summary>
public static class AliCcpFields
{
    /// <summary>The columns before the fields.</summary>
    public static IReadOnlyList<string> Leading { get; } = ["sample", "order", "click", "conversion"];

    /// <summary>Fields: the user's, which stand in the common features, then those of item, context and both.</summary>
    public static IReadOnlyList<string> All { get; } =
        ["101", "121", "122", "124", "125", "126", "127", "128", "129", "109_14", "110_14", "127_14", "150_14", "205", "206", "207", "210", "216", "301", "508", "509", "702", "853"];

    /// <summary>Those with several weighted values: past categories, shops, brands and intentions, the item's intentions, and what user and item have in common.</summary>
    public static IReadOnlyList<string> Lists { get; } = ["109_14", "110_14", "127_14", "150_14", "210", "508", "509", "702", "853"];

    internal static bool IsList(int place) => IsListAt[place];

    private static readonly bool[] IsListAt = [.. All.Select(field => Lists.Contains(field))];

    /// <summary>The place of a field; -1 if there is no such field.</summary>
    internal static int PlaceOf(ReadOnlySpan<char> name)
    {
        for (int place = 0; place < All.Count; place++)
        {
            if (name.SequenceEqual(All[place]))
            {
                return place;
            }
        }

        return -1;
    }
}
