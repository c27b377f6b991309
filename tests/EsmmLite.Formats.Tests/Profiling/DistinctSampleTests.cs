using System.Globalization;
using System.Runtime.InteropServices;
using EsmmLite.Features;
using EsmmLite.Formats.Profiling;

namespace EsmmLite.Formats.Tests.Profiling;

public sealed class DistinctSampleTests
{
    [Fact]
    public void UpToTheLimitEverythingIsCounted()
    {
        DistinctSample sample = Filled(limit: 1000, distinct: 1000, times: 3);
        Assert.True(sample.IsComplete);
        Assert.Equal(1000, sample.Distinct);
        Assert.All(sample.Values, value => Assert.Equal(3, value.Count));
    }

    [Fact]
    public void BeyondItTheNumberIsEstimatedAndKeptValuesAreStillCountedInFull()
    {
        // The standard error is at most 1 / sqrt(2048): 2.2 %.
        DistinctSample sample = Filled(limit: 4096, distinct: 300_000, times: 2);
        Assert.False(sample.IsComplete);
        Assert.InRange(sample.Distinct, 280_000, 320_000);
        Assert.InRange(sample.Values.Count, 1000, 4096);
        Assert.All(sample.Values, value => Assert.Equal(2, value.Count));
    }

    private static DistinctSample Filled(int limit, int distinct, int times)
    {
        var sample = new DistinctSample(limit);
        for (int i = 0; i < distinct * times; i++)
        {
            string text = (i % distinct).ToString(CultureInfo.InvariantCulture);
            sample.Add(FarmHash64.Hash(MemoryMarshal.AsBytes(text.AsSpan())), text);
        }

        return sample;
    }
}
