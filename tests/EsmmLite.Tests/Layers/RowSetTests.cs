using EsmmLite.Kernels;
using EsmmLite.Layers;

namespace EsmmLite.Tests.Layers;

public class RowSetTests
{
    [Fact]
    public void RowsGetPlacesInTheOrderOfTheirFirstOccurrence()
    {
        SplitMix random = new(1);
        RowSet set = new(300);
        int[] distances = [1, 2048, 1 << 20];
        for (int round = 0; round < 200; round++)
        {
            // Rows side by side, all over the place, or so far apart that only the high bits of the hash tell them apart.
            uint values = random.NextBelow(500) + 1;
            int distance = distances[round % 3];
            List<int> expected = [];
            set.Clear();
            for (int i = (int)random.NextBelow(301); i > 0; i--)
            {
                int row = (int)random.NextBelow(values) * distance;
                bool first = !expected.Contains(row);
                if (first)
                {
                    expected.Add(row);
                }

                Assert.Equal(expected.IndexOf(row), set.PlaceOf(row, out bool known));
                Assert.Equal(first, !known);
            }

            Assert.Equal(expected.Count, set.Count);
            Assert.Equal(expected, set.Rows.ToArray());
        }
    }

    [Theory]
    [InlineData(1)]
    [InlineData(8)]
    [InlineData(9)]
    [InlineData(129)]
    public void AsManyRowsAsItsCapacityFindAPlaceAndAreForgotten(int capacity)
    {
        RowSet set = new(capacity);
        Assert.Equal(capacity, set.Capacity);
        foreach (int start in (int[])[0, int.MaxValue - capacity + 1, 7])
        {
            for (int pass = 0; pass < 2; pass++)
            {
                for (int i = 0; i < capacity; i++)
                {
                    Assert.Equal(i, set.PlaceOf(start + i, out bool known));
                    Assert.Equal(pass == 1, known);
                }
            }

            set.Clear();
            Assert.Equal(0, set.Count);
            Assert.Empty(set.Rows.ToArray());
        }
    }

    [Fact]
    public void RowsOfOneBucketAreKeptApartAroundTheEnd()
    {
        // With 16 buckets these rows share one, the last: their neighbours begin again at the first.
        static int Bucket(int row) => (int)(((uint)row * 2654435769u) >> 7) & 15;
        int[] rows = [.. Enumerable.Range(0, 10_000).Where(row => Bucket(row) == 15).Take(8)];
        RowSet set = new(8);
        for (int round = 0; round < 3; round++)
        {
            int[] order = [.. rows.Skip(round), .. rows.Take(round)];
            foreach (int row in (int[])[.. order, .. order])
            {
                Assert.Equal(Array.IndexOf(order, row), set.PlaceOf(row, out _));
            }

            Assert.Equal(order, set.Rows.ToArray());
            set.Clear();
        }
    }
}
