using EsmmLite.Formats.Times;

namespace EsmmLite.Formats.Tests.Times;

public class TimeHistogramTests
{
    private const long Day = TimeSpan.TicksPerDay;

    [Fact]
    public void TheNewestShareBeginsAtATime()
    {
        var histogram = new TimeHistogram();
        for (int i = 0; i < 1000; i++)
        {
            histogram.Add(Day + (i * 37 % 1000));
        }

        Assert.Equal(Day + 800, histogram.BeginningOfNewest(0.2));
        Assert.Equal(Day + 999, histogram.BeginningOfNewest(0.00001));
        Assert.Equal(Day + 1, histogram.BeginningOfNewest(0.99999));
    }

    [Fact]
    public void EqualTimesStayTogether()
    {
        var histogram = new TimeHistogram();
        foreach (long time in (long[])[5, 5, 5, 5, 5, 5, 7, 7, 7, 9])
        {
            histogram.Add(time);
        }

        Assert.Equal(9, histogram.BeginningOfNewest(0.2)); // 1 of 10 is as near as 4; the later time counts
        Assert.Equal(7, histogram.BeginningOfNewest(0.3));
        Assert.Equal(7, histogram.BeginningOfNewest(0.9)); // some must be left to train on
    }

    [Fact]
    public void OneTimeCannotBeSplit()
    {
        var histogram = new TimeHistogram();
        Assert.Null(histogram.BeginningOfNewest(0.5));
        histogram.Add(7);
        histogram.Add(7);
        Assert.Null(histogram.BeginningOfNewest(0.5));
    }

    [Fact]
    public void MemoryIsBoundedAndTheOrderDoesNotMatter()
    {
        const int Times = 5000, Capacity = 64;
        long?[] thresholds = [.. Enumerable.Range(0, 3).Select(order =>
        {
            var histogram = new TimeHistogram(Capacity);
            for (int i = 0; i < Times; i++)
            {
                histogram.Add(100 * Day + (order == 0 ? i : order == 1 ? Times - 1 - i : i * 1237L % Times) * TimeSpan.TicksPerMinute);
            }

            return histogram.BeginningOfNewest(0.3);
        })];
        Assert.Single(thresholds.Distinct());
        double newer = Times - ((thresholds[0]!.Value - (100 * Day)) / (double)TimeSpan.TicksPerMinute);
        Assert.Equal(0.3 * Times, newer, 2.0 * Times / Capacity);
    }
}
