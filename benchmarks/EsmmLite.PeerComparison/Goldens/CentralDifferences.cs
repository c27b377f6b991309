using TorchSharp;
using static TorchSharp.torch;

namespace EsmmLite.PeerComparison.Goldens;

/// <summary>Compares gradients with differences of the loss.</summary>
internal static class CentralDifferences
{
    private const double Width = 1e-5;

    /// <summary>
    /// The worst error over a few entries of every tensor (its steepest and some fixed ones), relative to the tensor's steepest slope.
    /// </summary>
    public static double WorstError(GoldenCase golden)
    {
        // A model of its own: the case's weights and gradients stay as they are.
        TorchEsmm model = new(golden.Spec, golden.Initial, ScalarType.Float64);
        using IDisposable noGrad = no_grad();
        double worst = 0;
        foreach (var (parameter, reference) in model.Parameters.Zip(golden.Model.Parameters))
        {
            Tensor weights = parameter.Value.view(-1);
            double[] slopes = reference.Value.grad!.reshape(-1).data<double>().ToArray();
            double steepest = slopes.Max(Math.Abs);
            int[] entries = [Array.FindIndex(slopes, slope => Math.Abs(slope) == steepest), 0, slopes.Length / 2, slopes.Length - 1];
            foreach (int entry in entries)
            {
                double numeric = (LossAt(entry, Width) - LossAt(entry, -Width)) / (2 * Width);
                worst = Math.Max(worst, Math.Abs(numeric - slopes[entry]) / steepest);
            }

            double LossAt(int entry, double shift)
            {
                double kept = weights[entry].ToDouble();
                weights[entry] = kept + shift;
                double loss = model.Forward(golden.Batch).Total.ToDouble();
                weights[entry] = kept;
                return loss;
            }
        }

        return worst;
    }
}
