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

    [Theory]
    [InlineData(7)]
    [InlineData(4096)]
    public void TextsGoAlongWithTheirRows(int capacity)
    {
        // Dropped rows, quotes, an umlaut, an empty text; 3,000 rows cross the borders of blocks and batches.
        string[] notes = ["a", "\"b,\"\"c\"\"\"", "ü", ""], plain = ["a", "b,\"c\"", "ü", ""];
        var text = new System.Text.StringBuilder("id,user,note,click,conversion\n");
        for (int i = 0; i < 3000; i++)
        {
            text.Append(System.Globalization.CultureInfo.InvariantCulture, $"{i},u{i % 5},{notes[i % 4]},0,{(i % 10 == 9 ? 1 : 0)}\n");
        }

        using var source = new TextSource(_folder.Log(text.ToString()), _space, along: ["note", "id"]);
        ImpressionBatch batch = _space.CreateBatch(capacity);
        List<(string Note, string Id)> found = [];
        while (source.Fill(batch))
        {
            for (int row = 0; row < batch.Count; row++)
            {
                found.Add((source.Along[0].Text(source.Along[0].Rows[row]), source.Along[1].Text(source.Along[1].Rows[row])));
            }
        }

        Assert.Equal(Enumerable.Range(0, 3000).Where(i => i % 10 != 9).Select(i => (plain[i % 4], i.ToString(System.Globalization.CultureInfo.InvariantCulture))), found);
        Assert.Equal((4, 2700), (source.Along[0].Distinct, source.Along[1].Distinct));
        Assert.Equal(300, source.Counts.Dropped.Values.Sum());
        Assert.Throws<EsmmException>(() => new TextSource(_folder.Log(text.ToString()), _space, along: ["nothing"]).Fill(batch));
    }
}
