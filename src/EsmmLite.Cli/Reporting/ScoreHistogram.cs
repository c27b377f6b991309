using EsmmLite.Experiments.Plots;

namespace EsmmLite.Cli.Reporting;

/// <summary>How often scores fall between neighbouring powers of ten, eight steps a power.</summary>
internal sealed class ScoreHistogram
{
    private const int StepsOfPower = 8;
    private const int LowestPower = -9;
    private readonly long[] _counts = new long[-LowestPower * StepsOfPower];

    public long Count { get; private set; }

    public void Add(double score)
    {
        int bin = (int)Math.Floor((Math.Log10(Math.Max(score, 1e-300)) - LowestPower) * StepsOfPower);
        _counts[Math.Clamp(bin, 0, _counts.Length - 1)]++;
        Count++;
    }

    /// <summary>The share of scores in each step, from the first that occurs to the last.</summary>
    public PlotSeries ToSeries(string name)
    {
        int first = Math.Max(0, Array.FindIndex(_counts, count => count > 0)), last = Array.FindLastIndex(_counts, count => count > 0);
        List<PlotPoint> points = [];
        for (int bin = first; bin <= last; bin++)
        {
            points.Add(new PlotPoint(Start(bin), _counts[bin] / (double)Count));
        }

        if (points.Count > 0)
        {
            points.Insert(0, new PlotPoint(Start(first), 0));
            points.Add(new PlotPoint(Start(last + 1), 0));
        }

        return new PlotSeries(name, points, PlotMark.Steps);
    }

    private static double Start(int bin) => Math.Pow(10, LowestPower + (bin / (double)StepsOfPower));
}
