using EsmmLite.Features;
using EsmmLite.Kernels;
using EsmmLite.Model;
using EsmmLite.Tests.Model;
using EsmmLite.Training;

namespace EsmmLite.Tests.Training;

/// <summary>What weighs ESMM's losses really reaches its product loss, and moves the weights it claims to move.</summary>
public class LossWeightTests
{
    private static readonly TrainingOptions Options = new() { Batch = 300, LearningRate = 0.01 };

    [Fact]
    public void A_factor_from_a_weighting_is_a_factor_of_the_objective()
    {
        // The product loss included: its factor must reach both towers and the tables.
        (EsmmModel weighted, double[] losses) = Train(weighting: new Given(0.25, 2));
        (EsmmModel direct, double[] same) = Train(objective: new EsmmObjective(0.25, 2));
        Assert.True(Largest(weighted, direct) < 1e-6);
        Assert.True(Largest(weighted, Train().Model) > 1e-3);
        Assert.Equal(same[0], losses[0], 1e-7);
        Assert.Equal(same[1], losses[1], 1e-7);
    }

    [Theory]
    [InlineData(ModelKind.Escm2Ips)]
    [InlineData(ModelKind.Escm2Dr)]
    public void A_factor_reaches_a_loss_that_is_normalised_by_its_own_weights_too(ModelKind kind)
    {
        (EsmmModel Model, double[] Losses) Run(double cvrWeight, LossWeighting? weighting)
        {
            EsmmModel model = FamilyModels.Create(new ModelOptions { Kind = kind, CtrTower = [12], CvrTower = [12] });
            TrainingOptions options = Options with { LearningRate = 1, Optimizer = new OptimizerOptions { Towers = TowerOptimizer.Adagrad, Tables = TableOptimizer.Adagrad, InitialSum = 100 } };
            using Trainer trainer = new(model, options, 1, new Escm2Objective(1, 1, cvrWeight, doublyRobust: kind == ModelKind.Escm2Dr), weighting: weighting);
            ImpressionBatch batch = SmallModels.Batch(model.Space, 300, 1);
            for (int step = 0; step < 3; step++)
            {
                trainer.Step(batch);
            }

            return (model, trainer.Losses.ToArray());
        }

        (EsmmModel weighted, double[] losses) = Run(0.5, new Given(1, 1, 4));
        (EsmmModel direct, double[] same) = Run(2, null);
        Assert.True(Largest(weighted, Run(0.5, null).Model) > 1e-3);
        Assert.True(Largest(weighted, direct) < 1e-6, $"{Largest(weighted, direct)}");
        Assert.Equal(same[2], losses[2], 1e-6);
    }

    [Fact]
    public void Loss_by_loss_the_gradients_add_up_to_the_plain_ones()
    {
        (EsmmModel plain, _) = Train();
        (EsmmModel apart, _) = Train(combiner: new Coefficients(1, 1));
        Assert.True(Largest(plain, apart) < 1e-5);
    }

    [Fact]
    public void Coefficients_act_on_what_losses_share_the_tables_and_the_CTR_tower_and_on_nothing_else()
    {
        (EsmmModel plain, _) = Train(steps: 1);
        (EsmmModel first, _) = Train(steps: 1, combiner: new Coefficients(1, 0));
        (EsmmModel ctrOnly, _) = Train(steps: 1, objective: new EsmmObjective(1, 0));
        Assert.True(Difference(plain, first, "cvr") < 1e-7);
        Assert.True(Difference(ctrOnly, first, "ctr") < 1e-7);
        Assert.True(Difference(plain, first, "ctr") > 1e-4);
        for (int t = 0; t < plain.Bottom.Tables.Count; t++)
        {
            Assert.Equal(ctrOnly.Bottom.Tables[t].Values.ToArray(), first.Bottom.Tables[t].Values.ToArray());
        }
    }

    [Fact]
    public void PCGrad_in_inner_products_is_PCGrad_in_vectors()
    {
        SplitMix random = new(1);
        for (int trial = 0; trial < 50; trial++)
        {
            double[][] g = [.. Enumerable.Range(0, 3).Select(_ => Enumerable.Range(0, 4).Select(_ => random.NextDouble() - 0.5).ToArray())];
            double Dot(double[] a, double[] b) => a.Zip(b, (x, y) => x * y).Sum();
            double[] expected = new double[4], gram = [.. g.SelectMany(a => g.Select(b => Dot(a, b)))], coefficients = new double[3];
            for (int i = 0; i < 3; i++)
            {
                double[] own = [.. g[i]];
                for (int j = 0; j < 3; j++)
                {
                    double product = Dot(own, g[j]);
                    own = j != i && product < 0 ? [.. own.Zip(g[j], (x, y) => x - (product / Dot(g[j], g[j]) * y))] : own;
                }

                expected = [.. expected.Zip(own, (x, y) => x + y)];
            }

            new PcGrad().Combine(gram, coefficients);
            for (int k = 0; k < 4; k++)
            {
                Assert.Equal(expected[k], (coefficients[0] * g[0][k]) + (coefficients[1] * g[1][k]) + (coefficients[2] * g[2][k]), 1e-12);
            }
        }
    }

    [Fact]
    public void Losses_that_pull_apart_are_projected_and_others_are_left_alone()
    {
        double[] coefficients = [1, 1];
        new PcGrad().Combine([1, 0.5, 0.5, 4], coefficients);
        Assert.Equal([1.0, 1.0], coefficients);
        new PcGrad().Combine([1, -0.5, -0.5, 4], coefficients);
        Assert.Equal([1.5, 1.125], coefficients);
    }

    [Fact]
    public void Uncertainty_weights_follow_their_formula_within_their_bounds_and_reach_the_model()
    {
        UncertaintyWeighting weighting = new(2, rate: 0.1, least: 0.5, most: 4);
        weighting.Observe([0.4, 0.01], default);
        Assert.Equal(Math.Exp(0.1 * (0.5 - 0.4)), weighting.Weights[0], 1e-14);
        Assert.Equal(Math.Exp(0.1 * (0.5 - 0.01)), weighting.Weights[1], 1e-14);
        for (int i = 0; i < 1000; i++)
        {
            weighting.Observe([10, 0], default);
        }

        Assert.Equal([0.5, 4], weighting.Weights.ToArray().Select(w => Math.Round(w, 12)));
        TrainingOptions options = Options with { Loss = new LossOptions { Weighting = LossWeightingKind.Uncertainty, WeightingRate = 0.2 } };
        EsmmModel model = SmallModels.Create("allCrosses");
        using Trainer trainer = new(model, options, 1);
        ImpressionBatch batch = SmallModels.Batch(model.Space, 300, 1);
        for (int step = 0; step < 20; step++)
        {
            trainer.Step(batch);
        }

        // The rarer event has the smaller loss, so the larger factor.
        Assert.True(trainer.LossFactors[1] > trainer.LossFactors[0] && trainer.LossFactors[1] > 1.2);
        Assert.True(Largest(model, Train(steps: 20).Model) > 1e-4);
    }

    [Fact]
    public void GradNorm_brings_the_gradients_of_both_losses_to_their_targets()
    {
        // With α = 0 the target is the same length for both.
        EsmmModel model = SmallModels.Create("allCrosses");
        GradNormWeighting weighting = new(2, rate: 0.05, alpha: 0);
        using StepWork work = new(model, 300, 1, new EsmmObjective(), null, new Optimizer(Options, model.Bottom, model.Towers), null, weighting);
        ImpressionBatch batch = SmallModels.Batch(model.Space, 300, 1);
        double before = 0, after = 0;
        for (int step = 0; step < 100; step++)
        {
            // Without updates: the gradients change by the factors alone.
            work.Gradients(batch, new EntireSpace());
            after = work.LossNorms[0] / work.LossNorms[1];
            before = step == 0 ? after : before;
            weighting.Observe([work.Memory.Mean(0), work.Memory.Mean(1)], work.LossNorms);
            Assert.Equal(2, weighting.Weights[0] + weighting.Weights[1], 1e-12);
        }

        Assert.True(Math.Abs(Math.Log(before)) > 0.4 && Math.Abs(Math.Log(after)) < 0.25 * Math.Abs(Math.Log(before)), $"{before} -> {after}");
    }

    [Fact]
    public void A_loss_that_is_behind_gets_more_from_GradNorm()
    {
        GradNormWeighting weighting = new(2, rate: 0.05, alpha: 1.5);
        weighting.Observe([1, 1], [1, 1]);
        weighting.Observe([0.5, 1], [1, 1]);
        Assert.True(weighting.Weights[1] > 1 && weighting.Weights[0] < 1);
    }

    [Theory]
    [InlineData(LossWeightingKind.Uncertainty, false)]
    [InlineData(LossWeightingKind.GradNorm, false)]
    [InlineData(LossWeightingKind.Fixed, true)]
    [InlineData(LossWeightingKind.GradNorm, true)]
    public void The_state_is_the_same_on_any_number_of_threads(LossWeightingKind kind, bool pcGrad)
    {
        HashSet<string> digests = [];
        foreach (int threads in (int[])[1, 2, 3])
        {
            EsmmModel model = SmallModels.Create("separate");
            using Trainer trainer = new(model, Options with { Batch = 1000, Loss = new LossOptions { Weighting = kind, PcGrad = pcGrad } }, threads);
            for (ulong step = 0; step < 4; step++)
            {
                trainer.Step(SmallModels.Batch(model.Space, step == 2 ? 7 : 1000, step));
            }

            digests.Add(trainer.StateDigest());
        }

        Assert.Single(digests);
    }

    private static (EsmmModel Model, double[] Losses) Train(Objective? objective = null, LossWeighting? weighting = null, GradientCombiner? combiner = null, int steps = 3)
    {
        EsmmModel model = SmallModels.Create("allCrosses");

        // Adam's first step has the sign of the gradient only: with Adagrad's large first sum a step is as long as the gradient.
        TrainingOptions options = Options with { LearningRate = 1, Optimizer = new OptimizerOptions { Towers = TowerOptimizer.Adagrad, Tables = TableOptimizer.Adagrad, InitialSum = 100 } };
        using Trainer trainer = new(model, options, 2, objective, combiner: combiner, weighting: weighting);
        ImpressionBatch batch = SmallModels.Batch(model.Space, 300, 1);
        for (int step = 0; step < steps; step++)
        {
            trainer.Step(batch);
        }

        return (model, trainer.Losses.ToArray());
    }

    private static double Largest(EsmmModel a, EsmmModel b) => Math.Max(Difference(a, b, "c"), a.Bottom.Tables.Zip(b.Bottom.Tables, (s, t) => Differences(s.Values, t.Values)).Max());

    private static double Difference(EsmmModel a, EsmmModel b, string tower) => a.Towers.Tensors.Where(t => t.Name.StartsWith(tower, StringComparison.Ordinal))
        .Max(t => Differences(EsmmModel.Unpack(t, a.Towers.Parameters), EsmmModel.Unpack(t, b.Towers.Parameters)));

    private static double Differences(ReadOnlySpan<float> a, ReadOnlySpan<float> b)
    {
        double largest = 0;
        for (int i = 0; i < a.Length; i++)
        {
            largest = Math.Max(largest, Math.Abs(a[i] - b[i]));
        }

        return largest;
    }

    private sealed class Given(params double[] factors) : LossWeighting
    {
        private readonly double[] _weights = factors;

        public override ReadOnlySpan<double> Weights => _weights;

        public override void Observe(ReadOnlySpan<double> losses, ReadOnlySpan<double> norms)
        {
        }
    }

    private sealed class Coefficients(double first, double second) : GradientCombiner
    {
        public override void Combine(ReadOnlySpan<double> gram, Span<double> coefficients) => (coefficients[0], coefficients[1]) = (first, second);
    }
}
