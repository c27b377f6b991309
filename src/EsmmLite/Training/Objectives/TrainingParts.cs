using EsmmLite.Features;
using EsmmLite.Layers;
using EsmmLite.Model;

namespace EsmmLite.Training;

/// <summary>What a model's kind and a config make of the seams: objective, row sampling, loss weighting, gradient combiner.</summary>
/// <param name="Objective">Losses and slopes.</param>
/// <param name="Sampling">Which rows each loss sees.</param>
/// <param name="Weighting">What weighs losses from step to step; nothing if null.</param>
/// <param name="Combiner">How gradients meet; added up if null.</param>
internal sealed record TrainingParts(Objective Objective, RowSampling Sampling, LossWeighting? Weighting, GradientCombiner? Combiner)
{
    internal static TrainingParts Create(EsmmModel trained, TrainingOptions training)
    {
        ModelOptions model = trained.Options;
        if (FaultOf(model.Kind, training.Loss) is { } fault)
        {
            throw new EsmmException(EsmmErrorKind.Config, fault.Message, fault.Path);
        }

        Objective objective = ObjectiveOf(model.Kind, trained.Space.Schema, training);
        TowerPlan plan = ModelPlan.Of(trained.Space, model, trained.Bottom.Layout);
        objective = plan.Heads.Count == 0 ? objective : new HeadsObjective(objective, plan.Heads, plan.Names.Count);
        LossOptions loss = training.Loss;
        return new TrainingParts(
            objective,
            model.Kind == ModelKind.Cvr ? new ClickedRows() : (loss.CtrRowWeight ?? loss.CtcvrRowWeight) is not null ? new ColumnWeights(trained.Space, RowWeights(model.Kind, objective.Losses, loss)) : new EntireSpace(),
            loss.Weighting switch
            {
                LossWeightingKind.Uncertainty => new UncertaintyWeighting(objective.Losses.Count, loss.WeightingRate, loss.LeastFactor, loss.MostFactor),
                LossWeightingKind.GradNorm => new GradNormWeighting(objective.Losses.Count, loss.WeightingRate, loss.Alpha),
                _ => null,
            },
            loss.PcGrad ? new PcGrad() : null);
    }

    /// <summary>Why a kind of model doesn't go with row weights, and where; null if it does.</summary>
    internal static (string Path, string Message)? FaultOf(ModelKind kind, LossOptions loss) =>
        kind != ModelKind.Cvr ? null
        : loss.History is not null ? ("loss.history", "a model of kind cvr sees the clicked rows, each with weight 1")
        : (loss.CtrRowWeight ?? loss.CtcvrRowWeight) is not null ? ("loss.rowWeights", "a model of kind cvr sees the clicked rows, each with weight 1")
        : null;

    /// <summary>The field of each loss's row weights: those of CTCVR belong to the loss that its fixed weight belongs to.</summary>
    private static string?[] RowWeights(ModelKind kind, IReadOnlyList<string> losses, LossOptions loss)
    {
        int last = kind == ModelKind.Independent ? losses.Count - 1 : losses.ToList().IndexOf("ctcvr");
        return [.. losses.Select((_, l) => l == 0 ? loss.CtrRowWeight : l == last ? loss.CtcvrRowWeight : null)];
    }

    private static Objective ObjectiveOf(ModelKind kind, Schema schema, TrainingOptions t)
    {
        // The first loss is called ctr and a funnel's last one ctcvr, as in ESMM; those between, and further tasks, by their label.
        int labels = schema.Labels.Count;
        string[] names = [.. schema.Labels.Select((label, k) => k == 0 ? "ctr" : k == labels - 1 && kind is (ModelKind.Chain or ModelKind.Aitm) ? "ctcvr" : label.Name)];
        double[] weights = [.. names.Select((_, k) => k == 0 ? t.CtrWeight : k == labels - 1 ? t.CtcvrWeight : t.Loss.Stages)];
        return kind switch
        {
            ModelKind.Chain => new ChainObjective(names, weights),
            ModelKind.Aitm => new AitmObjective(names, weights, t.Loss.Order),
            ModelKind.Independent => new IndependentObjective(names, weights),
            ModelKind.Ctr => new IndependentObjective(["ctr", "cvr"], [t.CtrWeight, 0]),
            ModelKind.Cvr => new CvrObjective(),
            ModelKind.Escm2Ips => new Escm2Objective(t.CtrWeight, t.CtcvrWeight, t.Loss.Cvr, t.Loss.LargestWeight),
            ModelKind.Escm2Dr => new Escm2Objective(t.CtrWeight, t.CtcvrWeight, t.Loss.Cvr, t.Loss.LargestWeight, doublyRobust: true),
            ModelKind.Esm2 => new Esm2Objective(t.CtrWeight, t.Loss.Stages, t.CtcvrWeight),
            _ => new EsmmObjective(t.CtrWeight, t.CtcvrWeight),
        };
    }
}
