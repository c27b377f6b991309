using EsmmLite.Features;
using EsmmLite.Model;
using EsmmLite.Scoring;
using EsmmLite.Tests.Model;
using EsmmLite.Training;

namespace EsmmLite.Tests.Training;

/// <summary>P4 for the family: nothing is allocated by a step or a scoring call.</summary>
[Collection("Alone")]
public class FamilyAllocationTests(ITestOutputHelper output)
{
    [Theory]
    [InlineData("everything", TowerOptimizer.AdamW, TableOptimizer.ExactAdam)]
    [InlineData("pleWithHeads", TowerOptimizer.Adagrad, TableOptimizer.RowwiseAdagrad)]
    [InlineData("aitmThree", TowerOptimizer.Ftrl, TableOptimizer.Ftrl)]
    [InlineData("dropout", TowerOptimizer.Adam, TableOptimizer.LazyAdamW)]
    public void A_step_and_a_score_allocate_nothing(string name, TowerOptimizer towers, TableOptimizer tables)
    {
        EsmmModel model = FamilyModels.Create(name);
        TrainingOptions options = new() { Batch = 300, ClipNorm = 1, TableL2 = 1e-6, Optimizer = new OptimizerOptions { Towers = towers, Tables = tables } };
        using Trainer trainer = new(model, options, 2);
        ImpressionBatch batch = SmallModels.Batch(model.Space, 300, 1);
        Allocations.RequireNone(() => trainer.Step(batch), 10, output);
        EsmmScorer scorer = new(model);
        ScoringWorkspace workspace = scorer.CreateWorkspace();
        Prediction[] scores = new Prediction[300];
        Allocations.RequireNone(() => scorer.Score(batch, workspace, scores), 10, output);
    }

    [Theory]
    [InlineData(ModelKind.Chain, LossWeightingKind.Uncertainty, false)]
    [InlineData(ModelKind.Escm2Dr, LossWeightingKind.Fixed, false)]
    [InlineData(ModelKind.Esmm, LossWeightingKind.GradNorm, true)]
    public void A_step_of_whole_batches_and_of_losses_apart_allocates_nothing(ModelKind kind, LossWeightingKind weighting, bool pcGrad)
    {
        EsmmModel model = FamilyModels.Create(new ModelOptions { Kind = kind, CtrTower = [12], CvrTower = [12] });
        using Trainer trainer = new(model, new TrainingOptions { Batch = 300, Loss = new LossOptions { Weighting = weighting, PcGrad = pcGrad } }, 2);
        ImpressionBatch batch = SmallModels.Batch(model.Space, 300, 1);
        Allocations.RequireNone(() => trainer.Step(batch), 10, output);
    }
}
