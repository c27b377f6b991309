using System.Globalization;
using EsmmLite.Features;
using EsmmLite.Kernels;
using EsmmLite.Layers;
using EsmmLite.Model;
using EsmmLite.Scoring;
using EsmmLite.Tests.Model;
using EsmmLite.Training;

namespace EsmmLite.Tests.Scoring;

/// <summary>What rounding the weights to bfloat16 costs, against the bound and against what docs/numerics.md states.</summary>
public class NarrowingErrorTests(ITestOutputHelper output)
{
    public static TheoryData<string> Shapes => [.. SmallModels.Shapes.Except(["sequences", "din", "dinNormalised"])]; // the bound is not derived for attention

    [Theory]
    [MemberData(nameof(Shapes))]
    public void No_logit_is_further_off_than_its_bound(string shape)
    {
        EsmmModel model = SmallModels.Create(shape);
        ImpressionBatch batch = SmallModels.Batch(model.Space, 200, 5);
        RequireBound(model, batch);

        // Weights of all sizes, down to those that are rounded absolutely.
        SplitMix random = new(3);
        foreach (EmbeddingTable table in model.Bottom.Tables)
        {
            foreach (ref float weight in table.Values)
            {
                weight *= MathF.ScaleB(1, (int)random.NextBelow(140) - 130);
            }
        }

        RequireBound(model, batch);
    }

    [Theory]
    [InlineData(0, 0.0005, 0.002)]
    [InlineData(1000, 0.001, 0.006)]
    public void The_default_model_is_within_what_is_stated(int steps, double probability, double logit)
    {
        EsmmConfig config = EsmmConfig.Load(Path.Combine(Root(), "samples", "article.json"));
        EsmmModel model = EsmmModel.Create(FeatureSpace.FromSchema(config.Schema), config.Model);
        SimulatedRows rows = new(model.Space);
        using (Trainer trainer = new(model, config.Training, threads: 1))
        {
            ImpressionBatch batch = model.Space.CreateBatch(config.Training.Batch);
            for (int step = 0; step < steps; step++)
            {
                rows.Fill(batch);
                trainer.Step(batch);
            }
        }

        ImpressionBatch test = model.Space.CreateBatch(2000), few = model.Space.CreateBatch(20);
        rows.Fill(test);
        rows.Fill(few);
        Prediction[] plain = Score(model, test, WeightFormat.Float32), brain = Score(model, test, WeightFormat.BFloat16);
        double ctr = Largest(p => p.PCtr), cvr = Largest(p => p.PCvr), ctcvr = Largest(p => p.PCtcvr), apart = LogitErrors(model, test).Max(e => e.Max());
        Write($"{steps} steps: largest error pCTR {ctr:E2}, pCVR {cvr:E2}, pCTCVR {ctcvr:E2}, logit {apart:E2}; pCTR from {plain.Min(p => p.PCtr):F4} to {plain.Max(p => p.PCtr):F4}");
        Assert.InRange(Math.Max(ctr, Math.Max(cvr, ctcvr)), probability / 10, probability);
        Assert.InRange(apart, logit / 10, logit);
        RequireBound(model, few);

        double Largest(Func<Prediction, float> of) => plain.Zip(brain).Max(p => Math.Abs((double)of(p.First) - of(p.Second)));
    }

    private void RequireBound(EsmmModel model, ImpressionBatch batch)
    {
        double[][] bounds = new NarrowingBound(model).Of(batch), errors = LogitErrors(model, batch);
        for (int task = 0; task < 2; task++)
        {
            Write($"task {task}: error at most {errors[task].Max():E2}, at most {errors[task].Zip(bounds[task]).Max(p => p.First / p.Second):P1} of its bound; bounds {bounds[task].Min():E2} to {bounds[task].Max():E2}");
            Assert.All(errors[task].Zip(bounds[task]), p => Assert.True(p.First <= p.Second, $"{p.First} above {p.Second}"));
            Assert.True(errors[task].Max() > 0);
        }
    }

    private static double[][] LogitErrors(EsmmModel model, ImpressionBatch batch)
    {
        float[][] plain = Logits(model, batch), brain = Logits(model.Narrow(), batch);
        return [.. plain.Zip(brain).Select(t => t.First.Zip(t.Second).Select(p => Math.Abs((double)p.First - p.Second)).ToArray())];
    }

    private static float[][] Logits(EsmmModel model, ImpressionBatch batch)
    {
        float[] inputs = new float[batch.Count * model.Bottom.Layout.Stride];
        TowerWorkspace workspace = model.Towers.CreateWorkspace(batch.Count, training: false);
        model.Bottom.Forward(batch, 0, batch.Count, Part.All, inputs);
        for (int r = 0; r < batch.Count; r++)
        {
            model.Towers.Forward(model.Bottom.Layout, inputs.AsSpan(r * model.Bottom.Layout.Stride), r, 1, workspace);
        }

        return [workspace.Logits(0).ToArray(), workspace.Logits(1).ToArray()];
    }

    private static Prediction[] Score(EsmmModel model, ImpressionBatch batch, WeightFormat weights)
    {
        EsmmScorer scorer = new(model, new ScorerOptions { Weights = weights });
        Prediction[] predictions = new Prediction[batch.Count];
        scorer.Score(batch, scorer.CreateWorkspace(), predictions);
        return predictions;
    }

    private static string Root()
    {
        string? directory = AppContext.BaseDirectory;
        while (directory is not null && !File.Exists(Path.Combine(directory, "EsmmLite.sln")))
        {
            directory = Path.GetDirectoryName(directory);
        }

        return directory ?? throw new InvalidOperationException("EsmmLite.sln is not above the tests.");
    }

    private void Write(FormattableString text) => output.WriteLine(text.ToString(CultureInfo.InvariantCulture));

    /// <summary>Skewed ids; clicks and conversions follow effects that every id has.</summary>
    private sealed class SimulatedRows(FeatureSpace space)
    {
        private SplitMix _random = new(17);

        internal void Fill(ImpressionBatch batch)
        {
            batch.Count = batch.Capacity;
            for (int r = 0; r < batch.Count; r++)
            {
                double click = -1.5, conversion = -1.5;
                for (int f = 0; f < space.Encoders.Count; f++)
                {
                    float u = _random.NextSingle();
                    int id = Math.Min(space.Encoders[f].Rows - 1, (int)(space.Encoders[f].Rows * u * u * u));
                    batch.Ids(space.SlotOf(f))[r] = id;
                    SplitMix effect = SplitMix.Stream((ulong)f + 1, (ulong)id);
                    click += 0.6 * effect.NextGaussian();
                    conversion += 0.6 * effect.NextGaussian();
                }

                bool clicked = _random.NextSingle() < ExactMath.Sigmoid(click);
                batch.Labels(0)[r] = clicked ? (byte)1 : (byte)0;
                batch.Labels(1)[r] = clicked && _random.NextSingle() < ExactMath.Sigmoid(conversion) ? (byte)1 : (byte)0;
            }
        }
    }
}
