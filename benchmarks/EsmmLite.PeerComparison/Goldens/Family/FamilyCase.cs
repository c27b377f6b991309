using TorchSharp;
using static TorchSharp.torch;

namespace EsmmLite.PeerComparison.Goldens.Family;

/// <summary>A member of the family with its batch and its pass in float64.</summary>
internal sealed class FamilyCase
{
    /// <summary>Draws and computes everything.</summary>
    public FamilyCase(FamilyNetwork network)
    {
        Network = network;
        SeededDraw draw = new(network.Seed);
        Batch = FamilyBatch.Draw(network.Labels.Count, network.Sequences, draw);
        Weights = new(draw);
        (Logits, Losses, Total) = Backward(network, Batch, Weights);
    }

    /// <summary>The definition.</summary>
    public FamilyNetwork Network { get; }

    /// <summary>The batch.</summary>
    public FamilyBatch Batch { get; }

    /// <summary>The parameters, with the gradients of the whole batch.</summary>
    public FamilyWeights Weights { get; }

    /// <summary>Logits by tower.</summary>
    public Tensor[] Logits { get; }

    /// <summary>Losses, unweighted.</summary>
    public Tensor[] Losses { get; }

    /// <summary>Their weighted sum.</summary>
    public Tensor Total { get; }

    /// <summary>Clears the gradients, then computes those of the total loss of a batch.</summary>
    public static (Tensor[] Logits, Tensor[] Losses, Tensor Total) Backward(FamilyNetwork network, FamilyBatch batch, FamilyWeights weights)
    {
        weights.ClearGradients();
        Tensor[] logits = network.Logits(batch, weights), losses = network.Losses(logits, batch, weights);
        Tensor total = network.Total(losses);
        total.backward();
        return (logits, losses, total);
    }

    /// <summary>The worst error of a gradient against a difference of the loss, relative to its tensor's steepest slope; every entry.</summary>
    public double GradientError()
    {
        const double Width = 1e-5;
        FamilyWeights moved = new(Weights, ScalarType.Float64);
        using IDisposable noGrad = no_grad();
        double worst = 0;
        foreach (var (parameter, reference) in moved.Parameters.Zip(Weights.Parameters))
        {
            Tensor values = parameter.view(-1);
            double[] slopes = Values(reference.grad!);
            for (int entry = 0; entry < slopes.Length; entry++)
            {
                double kept = values[entry].ToDouble(), above = LossAt(kept + Width), below = LossAt(kept - Width);
                values[entry] = kept;
                worst = Math.Max(worst, Math.Abs((above - below) / (2 * Width) - slopes[entry]) / slopes.Max(Math.Abs));

                double LossAt(double value)
                {
                    values[entry] = value;
                    return Network.Total(Network.Losses(Network.Logits(Batch, moved), Batch, moved)).ToDouble();
                }
            }
        }

        return worst;
    }

    /// <summary>How far float32 is off: the logits, and the gradients.</summary>
    public (double Logits, double Gradients) Drift()
    {
        FamilyWeights single = new(Weights, ScalarType.Float32);
        Tensor[] logits = Backward(Network, Batch, single).Logits;
        return (
            logits.Zip(Logits, Distance).Max(),
            single.Parameters.Zip(Weights.Parameters, (x, y) => Distance(x.grad!, y.grad!)).Max());
    }

    /// <summary>The largest difference of two tensors.</summary>
    public static double Distance(Tensor x, Tensor y) => (x.detach().to(ScalarType.Float64) - y.detach().to(ScalarType.Float64)).abs().max().ToDouble();

    /// <summary>All values, row by row.</summary>
    public static double[] Values(Tensor tensor) => tensor.detach().reshape(-1).data<double>().ToArray();
}
