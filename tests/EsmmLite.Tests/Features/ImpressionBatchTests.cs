using EsmmLite.Features;
using EsmmLite.Tests.Model;

namespace EsmmLite.Tests.Features;

public class ImpressionBatchTests
{
    [Fact]
    public void Rows_are_copied_with_everything_that_they_have()
    {
        FeatureSpace space = FeatureSpace.FromSchema(SmallModels.Create("lists").Space.Schema with { Time = new ImpressionTime { Column = "t", Zone = "UTC" } });
        ImpressionBatch from = SmallModels.Batch(space, 20, 3), to = space.CreateBatch(9);
        for (int r = 0; r < 20; r++)
        {
            from.Times[r] = 1000 + r;
        }

        int[] rows = [19, 4, 4, 0];
        from.CopyRows(rows, to, 2);
        from.CopyRow(7, to, 6);
        Assert.Equal(0, to.Count);
        for (int i = 0; i < 5; i++)
        {
            int row = i < 4 ? rows[i] : 7;
            Assert.Equal(Row(from, row), Row(to, 2 + i));
        }

        Assert.All(Row(to, 1), value => Assert.Equal(0, value));
        Assert.True(from.NumberSlots > 0 && from.IdSlots > 20);
    }

    [Fact]
    public void A_batch_without_times_takes_rows_with_them_and_one_of_another_shape_takes_none()
    {
        ImpressionBatch timed = new(2, 1, 2, 4, times: true), plain = new(2, 1, 2, 4), other = new(3, 1, 2, 4);
        timed.Times.Fill(5);
        timed.CopyRow(0, plain, 3);
        plain.CopyRow(3, timed, 1);
        Assert.Equal(5, timed.Times[1]);
        Assert.Contains("3, 1 and 2", Assert.Throws<EsmmException>(() => plain.CopyRow(0, other, 0)).Message, StringComparison.Ordinal);
        Assert.ThrowsAny<Exception>(() => plain.CopyRow(4, plain, 0));
    }

    private static double[] Row(ImpressionBatch batch, int row) =>
    [
        .. Enumerable.Range(0, batch.IdSlots).Select(s => (double)batch.Ids(s)[row]), .. Enumerable.Range(0, batch.NumberSlots).Select(s => (double)batch.Numbers(s)[row]),
        .. Enumerable.Range(0, batch.Stages).Select(s => (double)batch.Labels(s)[row]), batch.Times[row],
    ];
}
