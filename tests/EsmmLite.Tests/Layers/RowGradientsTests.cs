using EsmmLite.Kernels;
using EsmmLite.Layers;
using EsmmLite.Tests.Kernels;

namespace EsmmLite.Tests.Layers;

public class RowGradientsTests
{
    [Fact]
    public void ManyRowsAtOnceAreTheSameRowsOneByOne()
    {
        SplitMix random = new(5);
        for (int dim = 1; dim <= 40; dim++)
        {
            RowGradients together = new(dim, 200), single = new(dim, 200);
            for (int round = 0; round < 8; round++)
            {
                int count = (int)random.NextBelow(101), stride = dim + round;
                together.Clear();
                single.Clear();
                for (int half = 0; half < 2; half++)
                {
                    // Few rows or many, so that some come again and again; the gradient of the last ends with its span.
                    int[] rows = [.. Enumerable.Range(0, count).Select(_ => (int)random.NextBelow(round % 2 == 0 ? 20u : 100_000u) - 2)];
                    float[] gradients = FloatBits.Random(count == 0 ? 0 : (count - 1) * stride + dim, (ulong)(dim * round));
                    together.Add(rows, gradients, stride);
                    for (int r = 0; r < count; r++)
                    {
                        if (rows[r] >= 0)
                        {
                            single.Add(rows[r], gradients.AsSpan(r * stride, dim));
                        }
                    }
                }

                Assert.True(single.Rows.SequenceEqual(together.Rows), $"rows of {dim}, round {round}");
                Assert.True(FloatBits.Same(single.Gradients, together.Gradients), $"gradients of {dim}, round {round}");
            }
        }
    }

    [Fact]
    public void ARowThatComesAgainIsAddedToItsFirstOccurrenceInOrder()
    {
        // Beside 2^24 a one is lost.
        RowGradients gradients = new(2, 8);
        gradients.Add([5, 3, -1, 5, 3, 5], [16777216f, 1f, 1f, 16777216f, float.NaN, float.NaN, 1f, 2f, -1f, -16777216f, -16777216f, 4f], 2);
        Assert.Equal([5, 3], gradients.Rows.ToArray());
        Assert.Equal([0f, 7f, 0f, 0f], gradients.Gradients.ToArray());
        gradients.Add([3], [0.5f, 1f], 2);
        Assert.Equal([0f, 7f, 0.5f, 1f], gradients.Gradients.ToArray());
        gradients.Clear();
        Assert.Equal(0, gradients.Count);
        gradients.Add([3], [0.5f, -0f], 2);
        Assert.Equal([3], gradients.Rows.ToArray());
        Assert.True(FloatBits.Same([0.5f, -0f], gradients.Gradients));
    }

    [Fact]
    public void RowsWhoseKeysMeetAreKeptApart()
    {
        // Many more rows than the smallest number of buckets, half of it occupied.
        const int Count = 1000;
        RowGradients gradients = new(1, Count);
        int[] rows = [.. Enumerable.Range(0, Count).Select(i => i * 2048)];
        float[] values = [.. Enumerable.Range(0, Count).Select(i => (float)i)];
        for (int round = 0; round < 3; round++)
        {
            gradients.Clear();
            gradients.Add(rows, values, 1);
            Assert.Equal(rows, gradients.Rows.ToArray());
            Assert.Equal(values, gradients.Gradients.ToArray());
        }
    }

    [Fact]
    public void WhatHasNoPlaceIsRefused()
    {
        RowGradients gradients = new(2, 8);
        gradients.Add(4, [1f, 2f]);
        Assert.Throws<ArgumentOutOfRangeException>("row", () => gradients.Add(-1, [1f, 2f]));
        Assert.Throws<ArgumentOutOfRangeException>("row", () => gradients.Add(int.MinValue, [1f, 2f]));
        Assert.Throws<ArgumentOutOfRangeException>(() => gradients.Add(6, [1f]));
        Assert.Throws<ArgumentOutOfRangeException>(() => gradients.Add([-1, 6], [1f, 2f, 3f], 2));
        Assert.Equal([4], gradients.Rows.ToArray());
        Assert.Equal([1f, 2f], gradients.Gradients.ToArray());
    }
}
