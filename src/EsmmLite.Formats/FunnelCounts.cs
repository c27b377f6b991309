namespace EsmmLite.Formats;

/// <summary>How many impressions a part of a log holds, how far they came in the funnel, and how many were left out.</summary>
public sealed class FunnelCounts
{
    private readonly long[] _reached;
    private readonly SortedDictionary<string, long> _dropped = new(StringComparer.Ordinal);

    internal FunnelCounts(int stages) => _reached = new long[stages];

    internal FunnelCounts(long impressions, IEnumerable<long> reached, IReadOnlyDictionary<string, long> dropped)
    {
        Impressions = impressions;
        _reached = [.. reached];
        foreach ((string reason, long rows) in dropped)
        {
            _dropped.Add(reason, rows);
        }
    }

    /// <summary>Impressions kept.</summary>
    public long Impressions { get; private set; }

    /// <summary>Kept impressions that reached each stage: clicks, conversions. [stages]</summary>
    public IReadOnlyList<long> Reached => _reached;

    /// <summary>Impressions left out, by reason.</summary>
    public IReadOnlyDictionary<string, long> Dropped => _dropped;

    internal void CopyFrom(FunnelCounts other)
    {
        Impressions = other.Impressions;
        other._reached.CopyTo(_reached, 0);
        _dropped.Clear();
        foreach ((string reason, long rows) in other._dropped)
        {
            _dropped.Add(reason, rows);
        }
    }

    internal void Keep(ReadOnlySpan<byte> labels)
    {
        Impressions++;
        for (int i = 0; i < labels.Length; i++)
        {
            _reached[i] += labels[i];
        }
    }

    internal void Drop(string reason) => _dropped[reason] = _dropped.GetValueOrDefault(reason) + 1;
}
