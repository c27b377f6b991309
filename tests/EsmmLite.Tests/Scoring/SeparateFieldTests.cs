using System.Runtime.InteropServices;
using EsmmLite.Features;
using EsmmLite.Layers;
using EsmmLite.Model;
using EsmmLite.Scoring;
using EsmmLite.Tests.Model;

namespace EsmmLite.Tests.Scoring;

/// <summary>Whether products of separate fields are formed by row or by distinct row can't be seen from the scores.</summary>
public class SeparateFieldTests
{
    private const int Seeds = 24;

    public static TheoryData<Repeats> AllRepeats => [.. Enum.GetValues<Repeats>()];

    [Theory]
    [MemberData(nameof(AllRepeats))]
    public void A_batch_gives_every_row_the_bits_it_has_alone(Repeats repeats)
    {
        for (int seed = 0; seed < Seeds; seed++)
        {
            EsmmScorer scorer = new(SeparateModels.Create(seed));
            ScoringWorkspace together = scorer.CreateWorkspace(), single = scorer.CreateWorkspace();
            foreach (int rows in (int[])[1, 2, 4, 5, 30, 33, 257, seed % 6 == 0 ? 3000 : 1024 + seed])
            {
                ImpressionBatch batch = SeparateModels.Batch(scorer.Space, rows, repeats, (ulong)(seed + rows));
                Prediction[] actual = new Prediction[rows];
                scorer.Score(batch, together, actual);
                RequirePath(scorer, together.Pass, batch, Part.All, repeats, $"seed {seed}, {rows} rows");
                AssertSame(Alone(scorer, single, batch), actual, $"seed {seed}, {rows} rows");
            }
        }
    }

    [Fact]
    public void Segments_of_one_batch_may_go_different_ways()
    {
        // In the first segment all ids are alike, in the second all differ, in the third most are missing.
        EsmmScorer scorer = new(SeparateModels.Create(3));
        ScoringWorkspace workspace = scorer.CreateWorkspace();
        const int Segment = ForwardPass.SegmentRows;
        ImpressionBatch batch = SeparateModels.Batch(scorer.Space, (2 * Segment) + 100, Repeats.Never, 8);
        for (int slot = 0; slot < batch.IdSlots; slot++)
        {
            batch.Ids(slot)[..Segment].Fill(0);
            batch.Ids(slot).Slice((2 * Segment) + 10, 90).Fill(ImpressionBatch.MissingId);
        }

        foreach ((int count, bool pays) in (ReadOnlySpan<(int, bool)>)[(Segment, true), (2 * Segment, false), ((2 * Segment) + 100, true), (2 * Segment, false)])
        {
            batch.Count = count;
            Prediction[] actual = new Prediction[count];
            scorer.Score(batch, workspace, actual);
            Assert.All(LargeFields(scorer, workspace.Pass), f => Assert.Equal(pays, f.Pays));
            AssertSame(Alone(scorer, scorer.CreateWorkspace(), batch), actual, $"{count} rows");
        }
    }

    [Theory]
    [InlineData(640, 128, true)]
    [InlineData(640, 129, false)]
    [InlineData(1024, 128, true)]
    [InlineData(1024, 129, false)]
    [InlineData(50, 10, true)]
    [InlineData(50, 11, false)]
    [InlineData(4, 0, true)]
    [InlineData(4, 1, false)]
    public void Products_are_formed_by_distinct_row_up_to_a_fifth_of_the_rows_and_128(int rows, int distinct, bool pays)
    {
        EsmmScorer scorer = new(SeparateModels.Create(5));
        ScoringWorkspace workspace = scorer.CreateWorkspace();
        foreach (bool missing in (bool[])[false, true])
        {
            ImpressionBatch batch = SeparateModels.Batch(scorer.Space, rows, Repeats.Never, 1);
            for (int r = 0; r < rows; r++)
            {
                for (int slot = 0; slot < batch.IdSlots; slot++)
                {
                    int last = scorer.Space.Encoders.Where(e => e.Dim > 0).ElementAt(slot).Rows - 1;
                    batch.Ids(slot)[r] = distinct == 0 || (missing && r == rows - 1) ? ImpressionBatch.MissingId : Math.Min(last, r % distinct);
                }
            }

            Prediction[] actual = new Prediction[rows];
            scorer.Score(batch, workspace, actual);
            DistinctRows[] large = LargeFields(scorer, workspace.Pass);
            Assert.Equal(2, large.Length);
            Assert.All(large, f => Assert.Equal(pays, f.Pays));
            AssertSame(Alone(scorer, scorer.CreateWorkspace(), batch), actual, $"missing {missing}");
        }
    }

    [Theory]
    [MemberData(nameof(AllRepeats))]
    public void A_request_gives_its_candidates_the_bits_of_the_plain_path(Repeats repeats)
    {
        for (int seed = 0; seed < Seeds; seed++)
        {
            EsmmScorer scorer = new(SeparateModels.Create(seed));
            ScoringWorkspace workspace = scorer.CreateWorkspace();
            RankingRequest request = scorer.CreateRequest(1500);
            foreach (int rows in (int[])[1, 2, 31, 150, seed % 4 == 0 ? 1500 : 400 + seed, 3])
            {
                ImpressionBatch batch = SeparateModels.Batch(scorer.Space, rows, repeats, (ulong)(seed + rows));
                request.Clear();
                for (int r = 0; r < rows; r++)
                {
                    request.AddCandidate();
                    CopySide(scorer.Space, Side.Request, batch, 0, batch, r);
                }

                ImpressionBatch candidates = request.Prepare();
                CopySide(scorer.Space, Side.Request, batch, 0, request.Shared, 0);
                for (int r = 0; r < rows; r++)
                {
                    CopySide(scorer.Space, Side.Candidate, batch, r, candidates, r);
                }

                Prediction[] expected = new Prediction[rows], actual = new Prediction[rows];
                scorer.Score(request, actual);
                RequirePath(scorer, request.Pass, batch, Part.Candidate, repeats, $"seed {seed}, {rows} candidates");
                scorer.Score(batch, workspace, expected);
                AssertSame(expected, actual, $"seed {seed}, {rows} candidates");
                AssertSame(Alone(scorer, workspace, batch), actual, $"seed {seed}, {rows} candidates, one by one");
            }
        }
    }

    /// <summary>By the ids of the last segment, products were formed by distinct row exactly where the rule says so.</summary>
    private static void RequirePath(EsmmScorer scorer, ForwardPass pass, ImpressionBatch batch, Part parts, Repeats repeats, string what)
    {
        int first = (batch.Count - 1) / ForwardPass.SegmentRows * ForwardPass.SegmentRows, rows = batch.Count - first;
        foreach (DistinctRows field in pass.Workspace.Distinct!.Fields)
        {
            int distinct = batch.Ids(scorer.Space.SlotOf(field.Group.Field)).Slice(first, rows).ToArray().Where(id => id >= 0).Distinct().Count();
            bool expected = (field.Group.Part & parts) != 0 && distinct <= Math.Min(rows / 5, 128);
            Assert.True(expected == field.Pays, $"{what}: {distinct} distinct rows of {rows}, by distinct row: {field.Pays}");
        }

        // Neither way is taken for want of the other.
        if (rows >= 25 && repeats == Repeats.Much)
        {
            Assert.All(pass.Workspace.Distinct.Fields.Where(f => (f.Group.Part & parts) != 0), f => Assert.True(f.Pays, what));
        }

        if (rows >= 25 && repeats == Repeats.Never)
        {
            Assert.Contains(pass.Workspace.Distinct.Fields, f => (f.Group.Part & parts) != 0 && !f.Pays);
        }
    }

    /// <summary>The fields on either side that have more rows than a batch.</summary>
    private static DistinctRows[] LargeFields(EsmmScorer scorer, ForwardPass pass) =>
        [.. pass.Workspace.Distinct!.Fields.Where(f => scorer.Space.Schema.Fields[f.Group.Field].Name is "request" or "candidate")];

    private static Prediction[] Alone(EsmmScorer scorer, ScoringWorkspace workspace, ImpressionBatch batch)
    {
        ImpressionBatch one = scorer.Space.CreateBatch(1);
        one.Count = 1;
        Prediction[] result = new Prediction[batch.Count];
        for (int r = 0; r < batch.Count; r++)
        {
            batch.CopyRow(r, one, 0);
            scorer.Score(one, workspace, result.AsSpan(r, 1));
        }

        return result;
    }

    private static void CopySide(FeatureSpace space, Side side, ImpressionBatch from, int source, ImpressionBatch to, int target)
    {
        for (int f = 0; f < space.Encoders.Count; f++)
        {
            int slot = space.SlotOf(f);
            if (space.Schema.Fields[f].Side != side)
            {
                continue;
            }

            if (space.Encoders[f].Dim > 0)
            {
                to.Ids(slot)[target] = from.Ids(slot)[source];
            }

            for (int k = 0; k < space.Encoders[f].NumberWidth; k++)
            {
                to.Numbers(slot + k)[target] = from.Numbers(slot + k)[source];
            }
        }
    }

    private static void AssertSame(Prediction[] expected, ReadOnlySpan<Prediction> actual, string what) =>
        Assert.True(MemoryMarshal.AsBytes<Prediction>(expected).SequenceEqual(MemoryMarshal.AsBytes(actual)), what);
}
