namespace EsmmLite.Formats.Times;

/// <summary>
/// How many impressions fall into each stretch of time. The stretches are as short as memory allows: whenever there are too many of
/// them, they become twice as long. The result depends on the times alone, not on their order.
/// </summary>
internal sealed class TimeHistogram(int capacity = TimeHistogram.UsualCapacity)
{
    private const int UsualCapacity = 1 << 18;

    private Dictionary<long, long> _counts = [];
    private int _doublings; // a stretch is 2^this ticks long

    public long Total { get; private set; }

    public void Add(long ticks)
    {
        Total++;
        Count(_counts, ticks >> _doublings, 1);
        while (_counts.Count > capacity)
        {
            _doublings++;
            var wider = new Dictionary<long, long>();
            foreach ((long stretch, long count) in _counts)
            {
                Count(wider, stretch >> 1, count);
            }

            _counts = wider;
        }
    }

    /// <summary>The beginning of the newest stretches that together hold a share of all, as nearly as they can; null where all fall into one stretch.</summary>
    /// <param name="share">Between 0 and 1.</param>
    public long? BeginningOfNewest(double share)
    {
        double wanted = share * Total, nearest = double.PositiveInfinity;
        long newer = 0;
        long? beginning = null;
        foreach (long stretch in _counts.Keys.OrderDescending().SkipLast(1))
        {
            newer += _counts[stretch];
            if (Math.Abs(newer - wanted) < nearest)
            {
                nearest = Math.Abs(newer - wanted);
                beginning = stretch << _doublings;
            }
        }

        return beginning;
    }

    private static void Count(Dictionary<long, long> counts, long stretch, long rows) => counts[stretch] = counts.GetValueOrDefault(stretch) + rows;
}
