using System.Text.Json;
using EsmmLite.Diagnostics;

namespace EsmmLite.Training;

/// <summary>How losses are weighed against each other from step to step.</summary>
public enum LossWeightingKind
{
    /// <summary>By the weights of the config alone.</summary>
    Fixed,

    /// <summary>By what each loss's size says of its noise.</summary>
    Uncertainty,

    /// <summary>By the lengths of their gradients.</summary>
    GradNorm,
}

/// <summary>Losses beside CTR and CTCVR, and what weighs them: docs/family/weights.md.</summary>
public sealed record LossOptions
{
    /// <summary>Weight of the CVR loss of ESCM².</summary>
    public double Cvr { get; init; } = 0.1;

    /// <summary>ESCM²'s largest 1/pCTR.</summary>
    public double LargestWeight { get; init; } = 100;

    /// <summary>Weight of the loss of every further stage, by its name: of a chain, of ESM²'s action, of an independent task.</summary>
    public double Stages { get; init; } = 1;

    /// <summary>Row weights from each item's past; none if null.</summary>
    public HistoryOptions? History { get; init; }

    /// <summary>The numeric field that holds the row weights of the CTR loss; all count 1 if null.</summary>
    public string? CtrRowWeight { get; init; }

    /// <summary>The same for the CTCVR loss.</summary>
    public string? CtcvrRowWeight { get; init; }

    /// <summary>Weight of AITM's penalty where a stage is thought likelier than the one before.</summary>
    public double Order { get; init; } = 0.6;

    /// <summary>How losses are weighed from step to step.</summary>
    public LossWeightingKind Weighting { get; init; } = LossWeightingKind.Fixed;

    /// <summary>Learning rate of the weights.</summary>
    public double WeightingRate { get; init; } = 0.01;

    /// <summary>The least learned factor of a loss.</summary>
    public double LeastFactor { get; init; } = 0.1;

    /// <summary>The largest learned factor of a loss.</summary>
    public double MostFactor { get; init; } = 10;

    /// <summary>GradNorm's α: how strongly losses that are behind are favoured.</summary>
    public double Alpha { get; init; } = 1.5;

    /// <summary>Whether conflicting gradients are projected, as PCGrad does.</summary>
    public bool PcGrad { get; init; }

    internal static LossOptions Read(ConfigNode? loss)
    {
        LossOptions d = new();
        if (loss is null)
        {
            return d;
        }

        ConfigNode? weighting = loss.Section("weighting"), rows = loss.Section("rowWeights");
        LossOptions read = new()
        {
            Cvr = loss.Number("cvr", d.Cvr, 0, 1e6),
            LargestWeight = loss.Number("largestWeight", d.LargestWeight, 1, 1e9),
            Stages = loss.Number("stages", d.Stages, 0, 1e6),
            History = HistoryOptions.Read(loss.Section("history")),
            CtrRowWeight = rows?.OptionalText("ctr"),
            CtcvrRowWeight = rows?.OptionalText("ctcvr"),
            Order = loss.Number("order", d.Order, 0, 1e6),
            PcGrad = loss.Choice("combine", false, ("sum", false), ("pcgrad", true)),
            Weighting = weighting?.Choice("kind", d.Weighting, ("fixed", LossWeightingKind.Fixed), ("uncertainty", LossWeightingKind.Uncertainty), ("gradnorm", LossWeightingKind.GradNorm)) ?? d.Weighting,
            WeightingRate = weighting?.Number("rate", d.WeightingRate, 0, 1) ?? d.WeightingRate,
            LeastFactor = weighting?.Number("least", d.LeastFactor, 1e-6, 1) ?? d.LeastFactor,
            MostFactor = weighting?.Number("most", d.MostFactor, 1, 1e6) ?? d.MostFactor,
            Alpha = weighting?.Number("alpha", d.Alpha, 0, 10) ?? d.Alpha,
        };
        if (read.History is not null && (read.CtrRowWeight ?? read.CtcvrRowWeight) is not null)
        {
            loss.Fault("history", "rows are weighed by history or by rowWeights, not by both");
        }

        return read;
    }

    internal void Write(Utf8JsonWriter json)
    {
        LossOptions d = new();
        if (this == d)
        {
            return;
        }

        json.WriteNumberOrText("cvr", Cvr);
        json.WriteNumberOrText("largestWeight", LargestWeight);
        json.WriteNumberOrText("stages", Stages);
        json.WriteNumberOrText("order", Order);
        json.WriteString("combine", PcGrad ? "pcgrad" : "sum");
        History?.Write(json);
        if ((CtrRowWeight ?? CtcvrRowWeight) is not null)
        {
            json.WriteStartObject("rowWeights");
            json.WriteString("ctr", CtrRowWeight);
            json.WriteString("ctcvr", CtcvrRowWeight);
            json.WriteEndObject();
        }

        json.WriteStartObject("weighting");
        json.WriteString("kind", Weighting switch { LossWeightingKind.Uncertainty => "uncertainty", LossWeightingKind.GradNorm => "gradnorm", _ => "fixed" });
        json.WriteNumberOrText("rate", WeightingRate);
        json.WriteNumberOrText("least", LeastFactor);
        json.WriteNumberOrText("most", MostFactor);
        json.WriteNumberOrText("alpha", Alpha);
        json.WriteEndObject();
    }
}
