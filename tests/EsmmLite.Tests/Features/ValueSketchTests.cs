using System.Text;
using EsmmLite.Features;
using EsmmLite.Kernels;

namespace EsmmLite.Tests.Features;

public class ValueSketchTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(31)]
    [InlineData(32)]
    [InlineData(1024)]
    [InlineData(1025)]
    [InlineData(60_000)]
    public void It_keeps_what_its_definition_says(int distinct)
    {
        SplitMix random = new(3);
        ValueSketch sketch = new();
        Dictionary<ulong, (string Text, long Count)> all = [];
        for (int i = 0; i < 4 * distinct; i++)
        {
            string text = i < distinct ? "v" + i : "v" + random.NextBelow((uint)distinct);
            sketch.Add(Encoding.UTF8.GetBytes(text), i + 1);
            ulong hash = FarmHash64.Hash(Encoding.UTF8.GetBytes(text));
            all[hash] = (text, all.GetValueOrDefault(hash).Count + 1);
        }

        // The least level at which no more than the limit are left; those with that many zero bits in front.
        int level = 0;
        while (all.Keys.Count(hash => ValueSketch.Keeps(hash, level)) > ValueSketch.Limit)
        {
            level++;
        }

        Assert.Equal(level, sketch.Level);
        Assert.Equal(all.Where(pair => ValueSketch.Keeps(pair.Key, level)).OrderBy(pair => pair.Key).Select(pair => KeyValuePair.Create(pair.Key, pair.Value.Count)), sketch.Counts());
        ValueShape shape = Assert.Single(sketch.Shapes(8));
        Assert.Equal(("a9", sketch.Counts().Sum(pair => pair.Value)), (shape.Text, shape.Rows));
    }
}
