using EsmmLite.Features;
using EsmmLite.Kernels;
using EsmmLite.Layers;
using EsmmLite.Tests.Kernels;

namespace EsmmLite.Tests.Layers;

public class DistinctRowsTests
{
    private const int TableRows = 60;
    private const int Capacity = 100;

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void EveryRowOfTheBatchFindsItsEmbeddingAmongTheEntries(bool all)
    {
        SplitMix random = new(2);
        foreach (int width in (int[])[1, 3, 16, 40])
        {
            EmbeddingTable table = Table(width);
            DistinctRows field = Field(width, mostDistinct: 50);
            for (int round = 0; round < 300; round++)
            {
                uint values = random.NextBelow(49) + 1, missing = random.NextBelow(3);
                int[] ids = [.. Enumerable.Range(0, (int)random.NextBelow(Capacity + 1)).Select(_ => random.NextBelow(5) < missing ? ImpressionBatch.MissingId : (int)random.NextBelow(values) + 5)];
                int[] distinct = [.. ids.Where(id => id >= 0).Distinct()];
                int limit = Math.Max(0, distinct.Length + (int)random.NextBelow(5) - 2);
                field.Find(ids, table, limit, all);
                Assert.Equal(distinct.Length <= limit, field.Pays);
                if (!all && !field.Pays)
                {
                    continue;
                }

                Assert.Equal(distinct, field.Set.Rows.ToArray());
                Assert.Equal(distinct.Length + (ids.Contains(ImpressionBatch.MissingId) ? 1 : 0), field.Entries);
                Assert.Equal(field.Entries * width, field.Values.Length);
                for (int r = 0; r < ids.Length; r++)
                {
                    Assert.Equal(ids[r] < 0 ? distinct.Length : Array.IndexOf(distinct, ids[r]), field.Index[r]);
                    float[] expected = ids[r] < 0 ? new float[width] : table.Row(ids[r]).ToArray();
                    Assert.True(FloatBits.Same(expected, field.Values.Slice(field.Index[r] * width, width)));
                }
            }
        }
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void NoIdAtAllIsOneEntryOfZeros(bool empty)
    {
        DistinctRows field = Field(3, mostDistinct: 2);
        field.Find([7, 8], Table(3), 2, all: false);
        field.Find(empty ? [] : [-1, -1, -1], Table(3), 0, all: false);
        Assert.True(field.Pays);
        Assert.Equal(0, field.Set.Count);
        Assert.Equal(empty ? 0 : 1, field.Entries);
        Assert.Equal(new float[field.Entries * 3], field.Values.ToArray());
        Assert.Equal(empty ? [] : [0, 0, 0], field.Index[..(empty ? 0 : 3)].ToArray());
    }

    [Fact]
    public void AtTheLimitItPaysBeyondItNotAndThenNeitherAfterForgetting()
    {
        // The most rows there is room for, and a missing one; then one more than it can hold.
        EmbeddingTable table = Table(4);
        DistinctRows field = Field(4, mostDistinct: 10);
        int[] ten = [.. Enumerable.Range(20, 10)];
        field.Find([.. ten, -1, .. ten], table, 10, all: false);
        Assert.True(field.Pays);
        Assert.Equal(11, field.Entries);
        field.Find([.. ten, -1, 3, 4, 5], table, 10, all: false);
        Assert.False(field.Pays);
        field.Find([3, -1, 3], table, 10, all: false);
        Assert.True(field.Pays);
        Assert.Equal([0, 1, 0], field.Index[..3].ToArray());
        field.Forget();
        Assert.False(field.Pays);
    }

    [Fact]
    public void AllRowsAreFoundWhereItDoesNotPay()
    {
        DistinctRows field = Field(2, mostDistinct: 40);
        field.Find([.. Enumerable.Range(0, 40)], Table(2), 30, all: true);
        Assert.False(field.Pays);
        Assert.Equal(40, field.Entries);
        Assert.Equal(Enumerable.Range(0, 40), field.Set.Rows.ToArray());
        Assert.True(FloatBits.Same(Table(2).Values[..80], field.Values));
    }

    private static DistinctRows Field(int width, int mostDistinct) => new(new InputGroup(Part.Candidate, 0, width, 0), Capacity, mostDistinct);

    private static EmbeddingTable Table(int width)
    {
        EmbeddingTable table = new("field", TableRows, width);
        FloatBits.Random(TableRows * width, (ulong)width).CopyTo(table.Values);
        return table;
    }

    [Fact]
    public void SomeRowsAreSortedByEntryAndKeepTheirOrder()
    {
        EmbeddingTable table = new("t", 50, 4);
        DistinctRows field = new(new InputGroup(Part.Request, 0, 4, 0), 100, 50, sorts: true);
        int[] ids = [.. Enumerable.Range(0, 100).Select(r => r % 7 == 3 ? -1 : r * r % 11)];
        field.Find(ids, table, int.MaxValue, all: true);
        foreach ((int first, int rows) in ((int, int)[])[(0, 100), (40, 31), (99, 1), (5, 0)])
        {
            field.Sort(first, rows);
            int[] expected = [.. Enumerable.Range(0, rows).OrderBy(r => field.Index[first + r])];
            Assert.Equal(expected, field.Order[..rows].ToArray());
            Assert.Equal([.. Enumerable.Range(0, field.Entries).Select(e => Enumerable.Range(0, rows).Count(r => field.Index[first + r] <= e))], field.Ends.ToArray());
        }
    }
}
