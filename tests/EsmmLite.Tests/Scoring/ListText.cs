using System.Globalization;
using EsmmLite.Features;
using EsmmLite.Kernels;

namespace EsmmLite.Tests.Scoring;

/// <summary>Lists as a log would hold them.</summary>
internal static class ListText
{
    /// <summary>Up to twice as many values as are kept, some of them missing.</summary>
    internal static string Draw(ListOptions list, ref SplitMix random)
    {
        string[] values = new string[random.NextBelow((uint)(2 * list.MaxValues)) + 1];
        for (int k = 0; k < values.Length; k++)
        {
            string weight = list.WeightSeparator is null ? "" : list.WeightSeparator + (random.NextBelow(30) / 10.0).ToString(CultureInfo.InvariantCulture);
            values[k] = random.NextBelow(8) == 0 ? "" : "v" + random.NextBelow(500) + weight;
        }

        return string.Join(list.Separator, values);
    }
}
