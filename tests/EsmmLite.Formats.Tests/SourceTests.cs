using EsmmLite.Features;
using EsmmLite.Formats.Packed;

namespace EsmmLite.Formats.Tests;

public sealed class SourceTests : IDisposable
{
    private readonly TestFolder _folder = new();
    private readonly FeatureSpace _space = FeatureSpace.FromSchema(TestFolder.Numbers());

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData(1000, 16, 4, 33)]
    [InlineData(1024, 16, 4, 64)]
    [InlineData(1, 16, 4, 7)]
    [InlineData(63, 16, 4, 100)]
    [InlineData(65, 16, 4, 1)]
    [InlineData(0, 16, 4, 5)]
    public void EveryRowIsVisitedOnceAnEpoch(int rows, int blockRows, int windowBlocks, int capacity)
    {
        using PackedLog log = Pack(rows);
        var source = new ShuffledSource(log, 42, blockRows, windowBlocks);
        int[] previous = [];
        for (int epoch = 0; epoch < 3; epoch++)
        {
            source.StartEpoch(epoch);
            int[] visited = Visit(source.Fill, capacity);
            Assert.Equal(Enumerable.Range(0, rows), visited.Order());
            if (rows > 50)
            {
                Assert.NotEqual(Enumerable.Range(0, rows), visited);
                Assert.NotEqual(previous, visited);
            }

            previous = visited;
        }
    }

    [Fact]
    public void TheOrderIsAFunctionOfSeedAndEpoch()
    {
        using PackedLog log = Pack(1000);
        var source = new ShuffledSource(log, 42, 16, 4);
        source.StartEpoch(2);
        int[] expected = Visit(source.Fill, 50);
        source.StartEpoch(1);
        source.Fill(_space.CreateBatch(10));
        source.StartEpoch(2);
        Assert.Equal(expected, Visit(source.Fill, 7));
        Assert.Equal(expected, Visit(Started(log, 42, 2).Fill, 1000));
        Assert.NotEqual(expected, Visit(Started(log, 43, 2).Fill, 1000));
    }

    [Fact]
    public void AnEpochCanBeResumedAnywhere()
    {
        using PackedLog log = Pack(300);
        var source = new ShuffledSource(log, 1, 16, 4);
        source.StartEpoch(5);
        int[] expected = Visit(source.Fill, 300);
        for (int visited = 0; visited <= 300; visited++)
        {
            source.StartEpoch(5, visited);
            Assert.Equal(expected[visited..], Visit(source.Fill, 32));
        }
    }

    [Fact]
    public void RowsOfABatchComeFromAllOverTheLog()
    {
        using PackedLog log = Pack(20_000);
        var source = new ShuffledSource(log, 3, 64, 16);
        ImpressionBatch batch = _space.CreateBatch(256);
        source.Fill(batch);
        int[] blocks = [.. batch.Numbers(0).ToArray().Select(id => (int)id / 64).Distinct()];
        Assert.Equal(16, blocks.Length);
        Assert.True(blocks.Max() - blocks.Min() > 100);
    }

    [Fact]
    public void LabelsAndFeaturesStayTogether()
    {
        using PackedLog log = Pack(1000);
        var source = new ShuffledSource(log, 9, 16, 4);
        ImpressionBatch batch = _space.CreateBatch(64);
        while (source.Fill(batch))
        {
            for (int i = 0; i < batch.Count; i++)
            {
                int id = (int)batch.Numbers(0)[i];
                Assert.Equal((id % 10 == 0, id % 30 == 0), (batch.Labels(0)[i] == 1, batch.Labels(1)[i] == 1));
            }
        }

        Assert.Equal(0, batch.Count);
        Assert.False(source.Fill(batch));
    }

    [Fact]
    public void SequentialOrderIsThatOfTheLog()
    {
        using PackedLog log = Pack(100);
        var source = new SequentialSource(log);
        Assert.Equal(Enumerable.Range(0, 100), Visit(source.Fill, 33));
        source.StartEpoch(1);
        Assert.Equal(Enumerable.Range(0, 100), Visit(source.Fill, 100));
    }

    [Fact]
    public void NothingIsAllocatedPerBatch()
    {
        using PackedLog log = Pack(20_000);
        var shuffled = new ShuffledSource(log, 9, 256, 8);
        var sequential = new SequentialSource(log);
        ImpressionBatch batch = _space.CreateBatch(512);
        for (int epoch = 0; epoch < 3; epoch++)
        {
            long before = GC.GetAllocatedBytesForCurrentThread();
            shuffled.StartEpoch(epoch);
            sequential.StartEpoch(epoch);
            while (shuffled.Fill(batch) | sequential.Fill(batch))
            {
            }

            if (epoch > 0)
            {
                Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
            }
        }
    }

    private static ShuffledSource Started(PackedLog log, ulong seed, int epoch)
    {
        var source = new ShuffledSource(log, seed, 16, 4);
        source.StartEpoch(epoch);
        return source;
    }

    private PackedLog Pack(int rows) => PackedParts.Pack(_folder.Numbered(rows), _space).Training;

    private int[] Visit(Func<ImpressionBatch, bool> fill, int capacity)
    {
        ImpressionBatch batch = _space.CreateBatch(capacity);
        var ids = new List<int>();
        while (fill(batch))
        {
            foreach (float id in batch.Numbers(0)[..batch.Count])
            {
                ids.Add((int)id);
            }
        }

        return [.. ids];
    }
}
