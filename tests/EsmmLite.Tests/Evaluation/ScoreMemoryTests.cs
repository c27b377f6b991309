using EsmmLite.Evaluation;
using EsmmLite.Kernels;

namespace EsmmLite.Tests.Evaluation;

/// <summary>Parts of a log that share their memory.</summary>
public class ScoreMemoryTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(20_000)]
    [InlineData(1_000_000)]
    public void MetricsOfManyPartsAreTheSameWhereverTheirScoresLie(long bytes)
    {
        const int Parts = 40;
        using ScoreMemory memory = new(bytes);
        FunnelAccumulator[] apart = [.. Enumerable.Range(0, Parts).Select(_ => new FunnelAccumulator(0.1))], together = [.. Enumerable.Range(0, Parts).Select(_ => memory.CreateFunnel(0.1))];
        SplitMix random = new(3);
        for (int row = 0; row < 30_000; row++)
        {
            // A few large parts and many small ones.
            int part = (int)(Parts * Math.Pow(random.NextDouble(), 4));
            (double a, double b) = (Math.Round((6 * random.NextDouble()) - 4, 2), (4 * random.NextDouble()) - 2);
            bool click = random.NextDouble() < 0.4, conversion = random.NextDouble() < 0.3;
            apart[part].Add(a, b, click, conversion);
            together[part].Add(a, b, click, conversion);
            Assert.InRange(memory.BytesInMemory, 0, Math.Max(bytes, 64 * sizeof(uint)));
        }

        Assert.Equal(bytes == 1_000_000, memory.OnDisk == 0);
        for (int part = 0; part < Parts; part++)
        {
            // Computed twice, and gone on with after that.
            Assert.Equal(apart[part].Compute().ToJson(), together[part].Compute().ToJson());
            together[part].Add(-1, 0, true, true);
            apart[part].Add(-1, 0, true, true);
            Assert.Equal(apart[part].Compute().ToJson(), together[part].Compute().ToJson());
            Assert.Equal(apart[part].Curves(EvaluationTask.Ctcvr).Points, together[part].Curves(EvaluationTask.Ctcvr).Points);
            apart[part].Dispose();
            together[part].Dispose();
        }
    }
}
