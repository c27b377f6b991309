using static TorchSharp.torch;

namespace EsmmLite.PeerComparison.Goldens.Family;

/// <summary>Doubts a case before anything is compared with it.</summary>
internal static class FamilyCheck
{
    /// <summary>Prints the board of a case; false when a line fails.</summary>
    public static bool Run(FamilyCase golden, IReadOnlyList<(OptimizerRun Run, FamilyWeights Weights)> runs, TextWriter board)
    {
        board.WriteLine($"{golden.Network.Name}: {golden.Batch.Rows} rows, {string.Join(", ", golden.Batch.Labels.Select(label => label.Sum()))} labels, " +
            $"{golden.Weights.Initial.Sum(tensor => tensor.Values.Length):N0} parameters");
        CheckBoard lines = new(board);
        lines.AtMost("gradients against central differences, relative", golden.GradientError(), 1e-6);
        lines.AtLeast("nearest value to a kink", runs.Select(run => run.Weights.KinkMargin).Append(golden.Weights.KinkMargin).Min(), 5e-6);
        (double logits, double gradients) = golden.Drift();
        lines.AtMost("float32 drift of the logits", logits, 1e-6);
        lines.AtMost("float32 drift of the gradients", gradients, 2e-7);
        foreach (var (run, weights) in runs)
        {
            lines.AtMost($"{run.Name} written down once more against torch's, weights", Distance(run.TrainPlainly(golden), weights), 1e-12);
            lines.AtMost($"float32 drift after ten steps of {run.Name}", Distance(run.Train(golden, ScalarType.Float32), weights), 1e-6);
        }

        return lines.Passed;
    }

    private static double Distance(FamilyWeights x, FamilyWeights y) => x.Parameters.Zip(y.Parameters, FamilyCase.Distance).Max();
}
