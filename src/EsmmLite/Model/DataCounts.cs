using System.Globalization;
using EsmmLite.Diagnostics;

namespace EsmmLite.Model;

/// <summary>What a model was trained on, in numbers.</summary>
/// <param name="Impressions">Impressions.</param>
/// <param name="Clicks">Those that were clicked.</param>
/// <param name="Conversions">Those that were clicked and converted.</param>
public sealed record DataCounts(long Impressions, long Clicks, long Conversions)
{
    internal string ToJson() => string.Create(CultureInfo.InvariantCulture, $"{{\"impressions\":{Impressions},\"clicks\":{Clicks},\"conversions\":{Conversions}}}");

    /// <exception cref="EsmmException">They are no counts of a funnel.</exception>
    internal static DataCounts Parse(string json, string source)
    {
        ConfigNode node = ConfigNode.Parse(json, source, EsmmErrorKind.ModelFile);
        ulong impressions = node.Unsigned("impressions", 0), clicks = node.Unsigned("clicks", 0), conversions = node.Unsigned("conversions", 0);
        node.Finish();
        return impressions <= long.MaxValue && clicks <= impressions && conversions <= clicks
            ? new DataCounts((long)impressions, (long)clicks, (long)conversions)
            : throw new EsmmException(EsmmErrorKind.ModelFile, "its counts contradict each other", source, "no more clicks than impressions, no more conversions than clicks");
    }
}
