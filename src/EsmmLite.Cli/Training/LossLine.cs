using System.Globalization;
using EsmmLite.Training;

namespace EsmmLite.Cli.Training;

/// <summary>Which losses train a model, and with what weight, on one line: nothing is trained by a loss that isn't there.</summary>
internal static class LossLine
{
    public static string Of(Trainer trainer)
    {
        IEnumerable<string> losses = trainer.Objective.Losses.Zip(trainer.Objective.LossWeights, (name, weight) => name + " x " + weight.ToString("G4", CultureInfo.InvariantCulture));
        string rule = trainer.Options.Loss.Weighting switch
        {
            LossWeightingKind.Uncertainty => "; weights learned from uncertainty",
            LossWeightingKind.GradNorm => "; weights learned by GradNorm",
            _ => "",
        };
        return "losses: " + string.Join(", ", losses) + rule + (trainer.Options.Loss.PcGrad ? "; conflicting gradients projected" : "");
    }
}
