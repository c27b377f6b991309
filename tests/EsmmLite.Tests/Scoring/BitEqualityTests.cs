using EsmmLite.Features;
using EsmmLite.Kernels;
using EsmmLite.Layers;
using EsmmLite.Model;
using EsmmLite.Scoring;
using EsmmLite.Tests.Model;

namespace EsmmLite.Tests.Scoring;

/// <summary>A score is a function of the model and the features: not a bit depends on how it was computed.</summary>
public class BitEqualityTests
{
    private const int Rows = 300;

    public static TheoryData<string> Shapes => SmallModels.AllShapes;

    public static MatrixTheoryData<string, WeightFormat> ShapesAndFormats => new(SmallModels.Shapes, [WeightFormat.Float32, WeightFormat.BFloat16]);

    [Theory]
    [MemberData(nameof(ShapesAndFormats))]
    public void Batches_of_every_size_in_any_order_on_any_thread_give_the_same_bits(string shape, WeightFormat weights)
    {
        EsmmModel model = SmallModels.Create(shape);
        EsmmScorer scorer = new(model, new ScorerOptions { Weights = weights });
        ImpressionBatch all = SmallModels.Batch(model.Space, Rows, 11);
        Prediction[] one = Score(scorer, all, Enumerable.Range(0, Rows).ToArray(), 1);
        Assert.True(one.Distinct().Count() > Rows / 2);
        for (int size = 2; size <= 64; size++)
        {
            Assert.Equal(one, Score(scorer, all, Enumerable.Range(0, Rows).ToArray(), size));
        }

        Assert.Equal(one, Score(scorer, all, Enumerable.Range(0, Rows).ToArray(), Rows));
        int[] order = Enumerable.Range(0, Rows).ToArray();
        new SplitMix(3).Shuffle(order);
        Assert.Equal(one, Score(scorer, all, order, 37));
        Parallel.For(0, 4, new ParallelOptions { MaxDegreeOfParallelism = 4 }, t => Assert.Equal(one, Score(scorer, all, order, 17 + t)));
    }

    [Theory]
    [MemberData(nameof(Shapes))]
    public void The_forward_pass_of_training_gives_the_same_bits(string shape)
    {
        EsmmModel model = SmallModels.Create(shape);
        ImpressionBatch all = SmallModels.Batch(model.Space, Rows, 11);
        float[] inputs = new float[Rows * model.Bottom.Layout.Stride];
        TowerWorkspace workspace = model.Towers.CreateWorkspace(Rows, training: true);
        model.Bottom.Forward(all, 0, Rows, Part.All, inputs);
        model.Towers.Forward(model.Bottom.Layout, inputs, 0, Rows, workspace);
        Prediction[] expected = new Prediction[Rows];
        for (int r = 0; r < Rows; r++)
        {
            SigmoidProduct.Predict(workspace.Logits(0)[r], workspace.Logits(1)[r], out double p, out double q, out double t);
            expected[r] = new Prediction((float)p, (float)q, (float)t);
        }

        Assert.Equal(expected, Score(new EsmmScorer(model), all, Enumerable.Range(0, Rows).ToArray(), 48));
    }

    [Theory]
    [MemberData(nameof(ShapesAndFormats))]
    public void A_request_whose_side_is_computed_once_gives_the_same_bits(string shape, WeightFormat weights)
    {
        EsmmModel model = SmallModels.Create(shape);
        EsmmScorer scorer = new(model, new ScorerOptions { Weights = weights });
        RankingRequest request = scorer.CreateRequest(Rows);
        for (ulong user = 0; user < 3; user++)
        {
            ImpressionBatch batch = DrawnRequest.Fill(scorer, request, Rows, user);
            Prediction[] actual = new Prediction[Rows];
            scorer.Score(request, actual);
            Assert.Equal(Score(scorer, batch, Enumerable.Range(0, Rows).ToArray(), 1), actual);
        }
    }

    // Scores rows in an order and in batches of a size; the result is in the order of the source.
    private static Prediction[] Score(EsmmScorer scorer, ImpressionBatch all, int[] order, int size)
    {
        ScoringWorkspace workspace = scorer.CreateWorkspace();
        ImpressionBatch batch = scorer.Space.CreateBatch(size);
        Prediction[] part = new Prediction[size], result = new Prediction[order.Length];
        for (int first = 0; first < order.Length; first += size)
        {
            batch.Count = Math.Min(size, order.Length - first);
            for (int r = 0; r < batch.Count; r++)
            {
                all.CopyRow(order[first + r], batch, r);
            }

            scorer.Score(batch, workspace, part);
            for (int r = 0; r < batch.Count; r++)
            {
                result[order[first + r]] = part[r];
            }
        }

        return result;
    }
}
