using EsmmLite.Experiments.PaperBench;
using EsmmLite.Features;
using EsmmLite.Kernels;

namespace EsmmLite.Experiments.Tests.PaperBench;

/// <summary>Impressions in little memory come back as they were.</summary>
public class RowStoreTests
{
    private const int Rows = 10_000;
    private const int Longest = 6;

    private static readonly Schema Fields = new()
    {
        Fields =
        [
            new HashedField { Name = "user", Buckets = 100, Dim = 2, Side = Side.Request },
            new HashedField { Name = "past", Buckets = 100, Dim = 2, Side = Side.Request, List = new ListOptions { MaxValues = Longest, WeightSeparator = ":" } },
            new HashedField { Name = "item", Buckets = 100, Dim = 2 },
            new HashedField { Name = "tags", Buckets = 100, Dim = 2, List = new ListOptions { MaxValues = Longest } },
            new HashedField { Name = "tag", Buckets = 100, Dim = 2, Shares = "tags" },
            new NumericField { Name = "age", Standardise = false, MissingIndicator = true, Side = Side.Request },
            new NumericField { Name = "price", Standardise = false },
        ],
        Labels = [new LabelStage { Name = "click" }, new LabelStage { Name = "conversion" }],
        Time = new ImpressionTime { Column = "at", Format = TimeFormat.Seconds },
    };

    [Fact]
    public void EveryImpressionComesBackAsItWas()
    {
        FeatureSpace space = FeatureSpace.FromSchema(Fields);
        ImpressionBatch batch = Draw(space);
        RowStore store = new(space);
        store.Add(batch);
        BenchRows all = BenchRows.Of(store);
        int[] order = [.. Enumerable.Range(0, Rows).Select(r => (r * 7_919) % Rows)];
        ImpressionBatch back = space.CreateBatch(Rows);
        back.Ids(0).Fill(77); // what was there before is overwritten
        back.Ids(3).Fill(77);
        back.Numbers(2).Fill(77);
        all.Take(order).Gather([.. Enumerable.Range(0, Rows)], back);
        Equal(batch, order, back);

        // Twice taken is taken of what was taken.
        int[] few = [5, 3, 3, 9_000];
        ImpressionBatch some = space.CreateBatch(few.Length);
        all.Take(order).Take(few).Gather([0, 1, 2, 3], some);
        Equal(batch, [.. few.Select(r => order[r])], some);
        Assert.Equal(some.Labels(0).ToArray(), all.Take(order).Take(few).Labels(0).ToArray());
        Assert.Equal(batch.Times[order[9_000]], all.Take(order).Take(few).TimeOf(3));

        // Twenty requests, lists of half their length on average: less than two thirds of what full columns take.
        Assert.Equal(20, store.Requests);
        Assert.InRange(store.Bytes, 1, Rows * (space.IdSlots + space.NumberSlots) * sizeof(int) * 2 / 3);
    }

    [Fact]
    public void ListsWeightsAndSharedTablesAreThereTwice()
    {
        FeatureSpace space = FeatureSpace.FromSchema(Fields);
        ImpressionBatch batch = Draw(space);
        PrivateTables tables = PrivateTables.Of(space);
        BenchRows wide = tables.Widen(BenchRows.Of(space, batch));
        ImpressionBatch back = tables.Space.CreateBatch(Rows);
        wide.Gather([.. Enumerable.Range(0, Rows)], back);
        Assert.Equal((2 * space.IdSlots, space.NumberSlots + Longest), (back.IdSlots, back.NumberSlots));
        Assert.Equal(2 * space.TableFields.Count, tables.Space.TableFields.Count);
        for (int f = 0; f < space.Encoders.Count; f++)
        {
            foreach (int copy in Enumerable.Range(0, tables.Space.Encoders.Count).Where(c => tables.Space.Encoders[c].Field.Column == space.Encoders[f].Field.Column))
            {
                for (int k = 0; k < space.Encoders[f].IdWidth; k++)
                {
                    Assert.Equal(batch.Ids(space.SlotOf(f) + k).ToArray(), back.Ids(tables.Space.SlotOf(copy) + k).ToArray());
                }

                for (int k = 0; k < space.Encoders[f].WeightWidth; k++)
                {
                    Assert.Equal(batch.Numbers(space.WeightSlotOf(f) + k).ToArray(), back.Numbers(tables.Space.WeightSlotOf(copy) + k).ToArray());
                }

                for (int k = 0; k < space.Encoders[f].NumberWidth; k++)
                {
                    Assert.Equal(batch.Numbers(space.SlotOf(f) + k).ToArray(), back.Numbers(tables.Space.SlotOf(copy) + k).ToArray());
                }
            }
        }
    }

    private static ImpressionBatch Draw(FeatureSpace space)
    {
        SplitMix random = new(11);
        ImpressionBatch batch = space.CreateBatch(Rows);
        batch.Count = Rows;
        for (int r = 0; r < Rows; r++)
        {
            uint user = random.NextBelow(20);
            string[] tags = [.. Enumerable.Range(0, (int)random.NextBelow(Longest + 1)).Select(k => "t" + random.NextBelow(50))];
            space.Encode(0, "u" + user, batch, r);
            space.Encode(1, string.Join('|', Enumerable.Range(0, (int)user % (Longest + 1)).Select(k => $"p{k}:{(k == 2 ? 0 : k + 0.5)}")), batch, r);
            space.Encode(2, random.NextBelow(10) == 0 ? "" : "i" + random.NextBelow(1_000), batch, r);
            space.Encode(3, string.Join('|', tags), batch, r);
            space.Encode(4, "t" + random.NextBelow(50), batch, r);
            space.Encode(5, user == 3 ? "" : FormattableString.Invariant($"{user / 3.0}"), batch, r);
            space.Encode(6, FormattableString.Invariant($"{random.NextDouble()}"), batch, r);
            batch.Labels(0)[r] = (byte)random.NextBelow(2);
            batch.Labels(1)[r] = (byte)(batch.Labels(0)[r] * random.NextBelow(2));
            batch.Times[r] = 1_000 + r;
        }

        return batch;
    }

    private static void Equal(ImpressionBatch expected, int[] rows, ImpressionBatch actual)
    {
        Assert.Equal(rows.Length, actual.Count);
        for (int slot = 0; slot < expected.IdSlots; slot++)
        {
            Assert.Equal([.. rows.Select(r => expected.Ids(slot)[r])], actual.Ids(slot).ToArray());
        }

        for (int slot = 0; slot < expected.NumberSlots; slot++)
        {
            Assert.Equal([.. rows.Select(r => expected.Numbers(slot)[r])], actual.Numbers(slot).ToArray());
        }

        for (int stage = 0; stage < expected.Stages; stage++)
        {
            Assert.Equal([.. rows.Select(r => expected.Labels(stage)[r])], actual.Labels(stage).ToArray());
        }

        Assert.Equal([.. rows.Select(r => expected.Times[r])], actual.Times.ToArray());
    }
}
