namespace EsmmLite.PeerComparison.Speed;

/// <summary>How long figures took, and so how long the rest will.</summary>
internal sealed class Progress
{
    private readonly Dictionary<string, TimeSpan> _last = [];

    /// <summary>Notes what a figure took, setting up included.</summary>
    public void Took(string figure, TimeSpan time) => _last[figure] = time;

    /// <summary>The time that figures will take, in words; those that were not measured yet count as the mean of the others.</summary>
    public string Left(IEnumerable<string> figures)
    {
        if (_last.Count == 0)
        {
            return "begins";
        }

        double mean = _last.Values.Average(time => time.TotalSeconds);
        double seconds = figures.Sum(figure => _last.TryGetValue(figure, out TimeSpan known) ? known.TotalSeconds : mean);
        return seconds < 90 ? $"about {seconds:0} s left" : $"about {seconds / 60:0} min left";
    }
}
