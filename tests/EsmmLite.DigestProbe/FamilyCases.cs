using EsmmLite.Features;
using EsmmLite.Layers;
using EsmmLite.Model;
using EsmmLite.Scoring;
using EsmmLite.Tiny;
using EsmmLite.Training;

namespace EsmmLite.DigestProbe;

/// <summary>Models beside the plain one, which together have every piece of the family: one digest each of state and scores.</summary>
public static class FamilyCases
{
    private static readonly (string Name, ModelOptions Model, TrainingOptions Training)[] All =
    [
        ("layers", Options() with { Layers = new LayerOptions { Activation = Activation.Gelu, LayerNorm = true, Dropout = 0.2, Residual = true, Skip = true }, Bottom = new BottomOptions { Kind = BottomKind.Mmoe, Experts = 2, Hidden = [9] } },
            Train() with { ClipNorm = 0.5, TableL2 = 1e-4, Optimizer = new OptimizerOptions { Towers = TowerOptimizer.AdamW, Tables = TableOptimizer.ExactAdam }, Schedule = new LearningRateSchedule { Kind = ScheduleKind.Cosine, Unit = ScheduleUnit.Steps, Every = 40, WarmupSteps = 3 } }),
        ("rectified", Options() with { Layers = new LayerOptions { LayerNorm = true, Dropout = 0.2, Residual = true, Skip = true } }, Train()),
        ("dropped", Options() with { Layers = new LayerOptions { Dropout = 0.2 }, Auxiliary = [new AuxiliaryOptions("early", "conversion", 0.3, [], null, "ctr.dense0")] }, Train()),
        ("heads", Options() with { Layers = new LayerOptions { Activation = Activation.PRelu }, Bottom = new BottomOptions { Kind = BottomKind.Ple, Experts = 1, SharedExperts = 2, Hidden = [7], Levels = 2 }, Path = new PathOptions(0.2, [5], false), Auxiliary = [new AuxiliaryOptions("extra", "conversion", 0.3, [], null)] },
            Train() with { Optimizer = new OptimizerOptions { Towers = TowerOptimizer.Adagrad, Tables = TableOptimizer.RowwiseAdagrad } }),
        ("aitm", Options() with { Kind = ModelKind.Aitm, Layers = new LayerOptions { Activation = Activation.LeakyRelu } }, Train() with { Loss = new LossOptions { Weighting = LossWeightingKind.Uncertainty } }),
        ("escm2", Options() with { Kind = ModelKind.Escm2Dr }, Train() with { Loss = new LossOptions { Weighting = LossWeightingKind.GradNorm, PcGrad = true } }),
        ("chain", Options() with { Kind = ModelKind.Chain }, Train() with { LearningRate = 0.1, Optimizer = new OptimizerOptions { Towers = TowerOptimizer.Ftrl, Tables = TableOptimizer.Ftrl, FtrlL1 = 1e-3 } }),
    ];

    /// <summary>A line for each.</summary>
    public static IEnumerable<string> Digests(TinyConfig config, TinyLog log, int batch)
    {
        Schema schema = ProbeModel.Create(config).Space.Schema;
        foreach ((string name, ModelOptions options, TrainingOptions how) in All)
        {
            EsmmModel model = EsmmModel.Create(FeatureSpace.FromSchema(schema), options);
            using Trainer trainer = new(model, how with { Batch = batch }, 2);
            ImpressionBatch impressions = model.Space.CreateBatch(batch);
            for (int first = 0; first < log.Rows; first += batch)
            {
                ProbeModel.Fill(log.Slice(first, Math.Min(batch, log.Rows - first)), impressions);
                trainer.Step(impressions);
            }

            EsmmScorer scorer = new(model);
            Prediction[] scores = new Prediction[batch];
            scorer.Score(impressions, scorer.CreateWorkspace(), scores);
            int bits = scores.Aggregate(17, (hash, s) => unchecked((hash * 31) + BitConverter.SingleToInt32Bits(s.PCvr)));
            yield return $"family-{name} {trainer.StateDigest()} {bits}";
        }
    }

    private static ModelOptions Options() => new() { CtrTower = [12, 12], CvrTower = [12], EmbeddingInitialiser = EmbeddingInitialiser.Uniform, Seed = 3 };

    private static TrainingOptions Train() => new() { LearningRate = 0.01 };
}
