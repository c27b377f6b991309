using EsmmLite.Features;
using EsmmLite.Layers;
using EsmmLite.Model;
using EsmmLite.Training;

namespace EsmmLite.Tests.Golden;

/// <summary>Replays the golden files of the family: logits, losses, all gradients, and ten steps of optimizers, against libtorch in float64.</summary>
public class FamilyReplayTests(ITestOutputHelper output)
{
    private const double Tolerance = 1e-6;

    [Theory]
    [InlineData("optimizers")]
    [InlineData("layer-norm")]
    [InlineData("mmoe")]
    [InlineData("ple")]
    [InlineData("aitm")]
    [InlineData("attention")]
    [InlineData("din")]
    public void Logits_losses_and_every_gradient_are_those_of_the_reference(string name)
    {
        FamilyGolden golden = FamilyGolden.Read(name);
        EsmmModel model = golden.CreateModel();
        ImpressionBatch batch = golden.Batch(model.Space, 0, golden.Rows);
        double[][] logits = golden.Logits;
        Assert.Equal(logits.Length, model.Towers.Tasks);
        ForwardPass pass = new(model);
        pass.Run(batch, 0, golden.Rows);
        for (int task = 0; task < logits.Length; task++)
        {
            Board("logit " + task, Doubles(pass.Workspace.Logits(task)[..golden.Rows]), logits[task]);
        }

        // The weights of the losses are the file's, whatever a config would make of them.
        (string Name, double Weight, double Value)[] losses = [.. golden.Losses];
        TrainingOptions options = golden.Config.Training with { CtrWeight = losses[0].Weight, CtcvrWeight = losses.Single(l => l.Name == "ctcvr").Weight };
        Objective objective = TrainingParts.Create(model, options).Objective;
        Assert.Equal(losses.Select(l => l.Name), objective.Losses);
        Assert.Equal(losses.Select(l => l.Weight), objective.LossWeights);
        using StepWork work = new(model, golden.Rows, 1, objective, null, new Optimizer(options, model.Bottom, model.Towers));
        work.Gradients(batch, new EntireSpace());
        double[] means = [.. losses.Select((_, l) => work.Memory.Mean(l))];
        Board("losses", means, [.. losses.Select(l => l.Value)]);
        Board("total", [means.Zip(losses, (mean, loss) => mean * loss.Weight).Sum()], [golden.Total]);

        Dictionary<string, double[]> expected = golden.Gradients, actual = GoldenFile.TowerTensors(model, work.TowerGradients);
        for (int t = 0; t < model.Bottom.Tables.Count; t++)
        {
            actual.Add(GoldenFile.TableName(model.Bottom.Tables[t]), Doubles(GoldenFile.Spread(model.Bottom.Tables[t], work.RowGradientsOf(t))));
        }

        Assert.Equal(expected.Keys.Order(StringComparer.Ordinal), actual.Keys.Order(StringComparer.Ordinal));
        foreach ((string tensor, double[] values) in expected)
        {
            // Gradients are small: the bound is relative to the steepest of the tensor.
            Board("gradient " + tensor, actual[tensor], values, Math.Min(Tolerance, 1e-5 * values.Max(Math.Abs)));
        }
    }

    [Theory]
    [InlineData("adagrad", TowerOptimizer.Adagrad, TableOptimizer.Adagrad)]
    [InlineData("adamw", TowerOptimizer.AdamW, TableOptimizer.LazyAdamW)]
    public void Ten_steps_are_those_of_torchs_optimizer(string optimizer, TowerOptimizer towers, TableOptimizer tables)
    {
        // Every row of every table is in every batch: updates of touched rows are updates of whole tables.
        FamilyGolden golden = FamilyGolden.Read("optimizers");
        bool adam = towers == TowerOptimizer.AdamW;
        double Setting(string name) => golden.Setting(optimizer, name);
        OptimizerOptions rules = new() { Towers = towers, Tables = tables };
        TrainingOptions options = new()
        {
            LearningRate = Setting("learningRate"),
            Beta1 = adam ? Setting("beta1") : 0.5,
            Beta2 = adam ? Setting("beta2") : 0.5,
            Epsilon = Setting("epsilon"),
            CtcvrWeight = golden.Losses.Single(l => l.Name == "ctcvr").Weight,
            Batch = golden.Rows,
            Optimizer = adam ? rules with { WeightDecay = Setting("weightDecay") } : rules with { InitialSum = Setting("initialSum") },
        };
        EsmmModel model = golden.CreateModel();
        using (Trainer trainer = new(model, options, threads: 2))
        {
            foreach ((int start, int end) in golden.Steps)
            {
                StepResult step = trainer.Step(golden.Batch(model.Space, start, end));
                Assert.Equal(model.Bottom.Tables.Sum(t => t.Rows), step.RowsTouched);
            }
        }

        Dictionary<string, double[]> actual = Weights(model), initial = Weights(golden.CreateModel());
        foreach ((string tensor, double[] values) in golden.Trained(optimizer))
        {
            Assert.True(Difference(initial[tensor], values) > 1e-3, tensor + " has not moved");
            Board(tensor, actual[tensor], values);
        }
    }

    private static Dictionary<string, double[]> Weights(EsmmModel model)
    {
        Dictionary<string, double[]> tensors = GoldenFile.TowerTensors(model, model.Towers.Parameters);
        foreach (EmbeddingTable table in model.Bottom.Tables)
        {
            tensors.Add(GoldenFile.TableName(table), Doubles(table.Values));
        }

        return tensors;
    }

    private static double[] Doubles(ReadOnlySpan<float> values) => [.. values.ToArray().Select(v => (double)v)];

    private static double Difference(double[] a, double[] b) => a.Zip(b, (x, y) => Math.Abs(x - y)).Max();

    private void Board(string what, double[] actual, double[] expected, double tolerance = Tolerance)
    {
        Assert.Equal(expected.Length, actual.Length);
        double worst = Difference(actual, expected);
        output.WriteLine($"{(worst <= tolerance ? "OK " : "BAD")} max-diff {worst:E2} (allowed {tolerance:E2}) {what} [{actual.Length}]");
        Assert.True(worst <= tolerance, $"{what}: differs by {worst:E3}, allowed {tolerance:E3}");
    }
}
