namespace EsmmLite.PeerComparison.Speed.Report;

/// <summary>The median of the rounds and their range.</summary>
/// <param name="Median">Their median.</param>
/// <param name="Low">The least.</param>
/// <param name="High">The greatest.</param>
internal sealed record Spread(double Median, double Low, double High)
{
    /// <summary>The spread of some values; null when there are none.</summary>
    public static Spread? Of(IEnumerable<double> values)
    {
        double[] sorted = [.. values.Order()];
        int middle = sorted.Length / 2;
        return sorted.Length == 0 ? null
            : new((sorted.Length % 2 == 1) ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2, sorted[0], sorted[^1]);
    }
}
