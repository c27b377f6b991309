namespace EsmmLite.Formats;

/// <summary>How many impressions a part of a log holds, how far they came in the funnel, and how many were left out.</summary>
public sealed class FunnelCounts
{
    private readonly long[] _reached;
    private readonly SortedDictionary<string, long> _dropped = new(StringComparer.Ordinal);
    private readonly SortedDictionary<string, long> _hidden = new(StringComparer.Ordinal);

    internal FunnelCounts(int stages) => _reached = new long[stages];

    internal FunnelCounts(long impressions, IEnumerable<long> reached, IReadOnlyDictionary<string, long> dropped, IReadOnlyDictionary<string, long> hidden)
    {
        Impressions = impressions;
        _reached = [.. reached];
        Copy(dropped, _dropped);
        Copy(hidden, _hidden);
    }

    /// <summary>Impressions kept.</summary>
    public long Impressions { get; private set; }

    /// <summary>Kept impressions that reached each stage: clicks, conversions. [stages]</summary>
    public IReadOnlyList<long> Reached => _reached;

    /// <summary>Impressions left out, by reason.</summary>
    public IReadOnlyDictionary<string, long> Dropped => _dropped;

    /// <summary>Labels that were 1 in the log and count as 0, by reason: they came too late. Their impressions are kept.</summary>
    public IReadOnlyDictionary<string, long> Hidden => _hidden;

    internal void CopyFrom(FunnelCounts other)
    {
        Impressions = other.Impressions;
        other._reached.CopyTo(_reached, 0);
        Copy(other._dropped, _dropped);
        Copy(other._hidden, _hidden);
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

    internal void Hide(string reason) => _hidden[reason] = _hidden.GetValueOrDefault(reason) + 1;

    private static void Copy(IReadOnlyDictionary<string, long> from, SortedDictionary<string, long> to)
    {
        to.Clear();
        foreach ((string reason, long count) in from)
        {
            to.Add(reason, count);
        }
    }
}
