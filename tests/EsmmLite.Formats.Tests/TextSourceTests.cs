using EsmmLite.Features;
using EsmmLite.Formats.Delimited;
using EsmmLite.Formats.Packed;

namespace EsmmLite.Formats.Tests;

public sealed class TextSourceTests : IDisposable
{
    private readonly TestFolder _folder = new();
    private readonly FeatureSpace _space = FeatureSpace.FromSchema(TestFolder.Numbers());

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData(0, 10)]
    [InlineData(1, 10)]
    [InlineData(5000, 7)]
    [InlineData(5000, 1024)]
    [InlineData(5000, 8192)]
    public void TheTextGivesWhatThePackedLogGives(int rows, int capacity)
    {
        DelimitedLog log = _folder.Numbered(rows);
        using PackedParts parts = PackedParts.Pack(log, _space);
        using var text = new TextSource(log, _space);
        var packed = new SequentialSource(parts.Training);
        ImpressionBatch actual = _space.CreateBatch(capacity), expected = _space.CreateBatch(capacity);
        for (int epoch = 0; epoch < 2; epoch++)
        {
            text.StartEpoch(epoch);
            packed.StartEpoch(epoch);
            while (packed.Fill(expected))
            {
                Assert.True(text.Fill(actual));
                Assert.Equal(expected.Count, actual.Count);
                Assert.Equal(expected.Ids(0)[..expected.Count], actual.Ids(0)[..expected.Count]);
                Assert.Equal(expected.Numbers(0)[..expected.Count], actual.Numbers(0)[..expected.Count]);
                Assert.Equal(expected.Labels(0)[..expected.Count], actual.Labels(0)[..expected.Count]);
                Assert.Equal(expected.Labels(1)[..expected.Count], actual.Labels(1)[..expected.Count]);
            }

            Assert.False(text.Fill(actual));
            Assert.False(text.Fill(actual));
            Assert.Equal(parts.TrainingCounts.Reached, text.Counts.Reached);
        }
    }

    [Fact]
    public void ABadRowNamesItsLine()
    {
        string good = string.Concat(Enumerable.Repeat("1,u,0,0\n", 3000));
        using var source = new TextSource(_folder.Log("id,user,click,conversion\n" + good + "x,u,0,0\n"), _space);
        ImpressionBatch batch = _space.CreateBatch(100);
        EsmmException e = Assert.Throws<EsmmException>(() =>
        {
            while (source.Fill(batch))
            {
            }
        });
        Assert.Contains("log.csv line 3002, field \"id\"", e.Message, StringComparison.Ordinal);
    }
}
