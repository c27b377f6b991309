using EsmmLite.Features;
using EsmmLite.Model;
using EsmmLite.Scoring;
using EsmmLite.Tests.Model;
using EsmmLite.Training;

namespace EsmmLite.Tests.Training;

/// <summary>The objectives beside ESMM's: slopes, and whole models of each kind.</summary>
public class FamilyObjectiveTests
{
    public static TheoryData<ModelKind, int> Kinds => new()
    {
        { ModelKind.Chain, 2 }, { ModelKind.Chain, 4 }, { ModelKind.Independent, 3 }, { ModelKind.Ctr, 2 }, { ModelKind.Cvr, 2 },
        { ModelKind.Escm2Ips, 2 }, { ModelKind.Escm2Dr, 2 }, { ModelKind.Esm2, 3 },
    };

    [Fact]
    public void Slopes_are_the_derivatives_of_the_losses()
    {
        Small(GradientCheck.WorstSlope(new ChainObjective(["a", "b", "c"], [1, 0.5, 2]), [1, 0.5, 2], tasks: 3, stages: 3));
        Small(GradientCheck.WorstSlope(new IndependentObjective(["a", "b"], [0.7, 2]), [0.7, 2]));
        Small(GradientCheck.WorstSlope(new Esm2Objective(1, 0.5, 2), [1, 0.5, 2], tasks: 4, stages: 3));
        Small(GradientCheck.WorstSlope(new Escm2Objective(1, 0.7, 0.3, 20), [1, 0.7, 0.3]));
        Small(GradientCheck.WorstSlope(new Escm2Objective(1, 0.7, 0.3, 20, doublyRobust: true), [1, 0.7, 0.3], tasks: 3));
        Assert.True(GradientCheck.WorstSlope(new Escm2Objective(1, 0.7, 0.3, 20), [1, 0.7, 0.6]) > 0.05);
    }

    [Fact]
    public void A_chain_of_two_trains_as_ESMM_does()
    {
        EsmmModel esmm = Create(ModelKind.Esmm, 2), chain = Create(ModelKind.Chain, 2);
        foreach (EsmmModel model in (EsmmModel[])[esmm, chain])
        {
            using Trainer trainer = new(model, new TrainingOptions { Batch = 64, CtcvrWeight = 0.7 }, 1);
            Assert.Equal(["ctr", "ctcvr"], trainer.Objective.Losses);
            trainer.Step(SmallModels.Batch(model.Space, 64, 1));
        }

        for (int i = 0; i < esmm.Towers.Parameters.Length; i++)
        {
            Assert.Equal(esmm.Towers.Parameters[i], chain.Towers.Parameters[i], 1e-6);
        }
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Every_kind_lowers_its_losses_alike_on_any_number_of_threads_and_keeps_its_shape_in_a_file(ModelKind kind, int labels)
    {
        HashSet<string> digests = [];
        EsmmModel last = null!;
        foreach (int threads in (int[])[1, 2, 3])
        {
            last = Create(kind, labels);
            using Trainer trainer = new(last, new TrainingOptions { Batch = 700, LearningRate = 0.02 }, threads);
            ImpressionBatch batch = SmallModels.Batch(last.Space, 700, 1);
            for (int stage = 2; stage < labels; stage++)
            {
                for (int r = 0; r < batch.Count; r++)
                {
                    batch.Labels(stage)[r] = (byte)(batch.Labels(1)[r] & (r % 2));
                }
            }

            double First() => trainer.Losses.ToArray().Sum();
            trainer.Step(batch);
            double before = First();
            for (int step = 0; step < 15; step++)
            {
                trainer.Step(batch);
            }

            Assert.True(First() < 0.95 * before, $"{before} -> {First()}");
            digests.Add(trainer.StateDigest());
        }

        Assert.Single(digests);
        string path = Path.GetTempFileName();
        try
        {
            last.Save(path);
            EsmmModel loaded = EsmmModel.Load(path);
            Assert.Equal((last.WeightsDigest(), kind), (loaded.WeightsDigest(), loaded.Options.Kind));
            RequireOrderedScores(loaded);
        }
        finally
        {
            File.Delete(path);
        }
    }

    [Fact]
    public void Escm2_divides_by_the_sum_of_the_weights_it_clipped()
    {
        // By hand: three clicked rows with 1/pCTR of 2, 11 and more than the bound of 20.
        EsmmModel model = SmallModels.Create(new ModelOptions { CtrTower = [], CvrTower = [], Kind = ModelKind.Escm2Ips }, [SmallModels.Number("x")]);
        double[] ctrLogits = [0, -Math.Log(10), -Math.Log(1000), 1], expectedWeights = [2, 11, 20, 0];
        model.Towers.Parameters.Clear();
        Parameter(model, "ctr.dense0.kernel") = 1;
        ImpressionBatch batch = model.Space.CreateBatch(4);
        batch.Count = 4;
        double sum = 0;
        for (int r = 0; r < 4; r++)
        {
            batch.Numbers(0)[r] = (float)ctrLogits[r];
            batch.Labels(0)[r] = (byte)(r < 3 ? 1 : 0);
            batch.Labels(1)[r] = (byte)(r == 1 ? 1 : 0);
            sum += expectedWeights[r];
        }

        Parameter(model, "cvr.dense0.bias") = 0.5f;
        using Trainer trainer = new(model, new TrainingOptions { Batch = 4, Loss = new LossOptions { LargestWeight = 20 } }, 1);
        trainer.Step(batch);
        double q = 1 / (1 + Math.Exp(-0.5));
        double expected = expectedWeights.Select((w, r) => w / sum * -Math.Log(r == 1 ? q : 1 - q)).Sum();
        Assert.Equal(expected, trainer.Losses[2], 1e-6);
    }

    private static ref float Parameter(EsmmModel model, string name) => ref model.Towers.Parameters[model.Towers.Tensors.Single(t => t.Name == name).IndexOf(0)];

    private static EsmmModel Create(ModelKind kind, int labels)
    {
        Schema schema = SmallModels.Schema([SmallModels.Hashed("user", 30, 4, Side.Request), SmallModels.Hashed("item", 40, 4), SmallModels.Number("n")], new Cross("user", "item"));
        schema = schema with { Labels = [.. Enumerable.Range(0, labels).Select(k => new LabelStage { Name = "label" + k, Optional = k > 0 })] };
        return EsmmModel.Create(FeatureSpace.FromSchema(schema), new ModelOptions { Kind = kind, CtrTower = [16, 8], CvrTower = [16, 8], OtherTowers = [9], Seed = 3 });
    }

    private static void RequireOrderedScores(EsmmModel model)
    {
        EsmmScorer scorer = new(model);
        Prediction[] scores = new Prediction[200];
        scorer.Score(SmallModels.Batch(model.Space, 200, 5), scorer.CreateWorkspace(), scores);
        Assert.All(scores, s => Assert.True(s.PCtcvr <= s.PCtr && s.PCtcvr <= s.PCvr && s.PCtr is > 0 and < 1, s.ToString()));
    }

    private static void Small(double worst) => Assert.True(worst < 5e-5, $"{worst:E3}");
}
