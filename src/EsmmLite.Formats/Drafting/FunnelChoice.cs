using EsmmLite.Features;
using EsmmLite.Formats.Profiling;

namespace EsmmLite.Formats.Drafting;

/// <summary>What to do with conversions without a click: a few are faults of the log, many mean that the labels are no funnel.</summary>
internal static class FunnelChoice
{
    private const double MostFaults = 0.01; // of the conversions

    public static Explained<ConversionWithoutClick> Of(LogProfile log)
    {
        long without = log.ConversionsWithoutClick, all = log.Conversions + without;
        if (without == 0)
        {
            return new(ConversionWithoutClick.Drop, "there is no conversion without a click");
        }

        string count = Say.Count(without) + " of " + Say.Count(all) + " conversions have no click";
        return without <= MostFaults * all
            ? new(ConversionWithoutClick.Drop, count + ": faults of the log, left out")
            : new(ConversionWithoutClick.AsNegative, count + ": these labels are no funnel. Every row is kept for the click; a conversion counts where there is a click, and pCVR is its probability there");
    }

    /// <summary>Whether the labels are so far from a funnel that somebody should look at them.</summary>
    public static bool NeedsALook(LogProfile log) => Of(log).Value != ConversionWithoutClick.Drop;
}
