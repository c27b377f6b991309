using static TorchSharp.torch;

namespace EsmmLite.PeerComparison.Speed.Engines.Torch;

/// <summary>
/// Dense Adam over one flat block: parameters and gradients are views of it, so that a step is eight operators in place,
/// however many tensors there are.
/// </summary>
internal sealed class FlatAdam : IDisposable
{
    private readonly Tensor _weights;
    private readonly Tensor _gradients;
    private readonly Tensor _first;
    private readonly Tensor _second;

    /// <summary>Creates the optimizer, and makes the parameters' gradients views of one block.</summary>
    public FlatAdam(FlatBlock block)
    {
        _weights = block.Values;
        _gradients = zeros_like(_weights);
        _first = zeros_like(_weights);
        _second = zeros_like(_weights);
        block.AttachGradients(_gradients);
    }

    /// <summary>To be called before the backward pass, which adds.</summary>
    public void ClearGradients() => _gradients.zero_();

    /// <summary>Takes a step.</summary>
    public void Step(AdamClock clock)
    {
        _first.mul_(clock.Options.Beta1).add_(_gradients, 1 - clock.Options.Beta1);
        _second.mul_(clock.Options.Beta2).addcmul_(_gradients, _gradients, 1 - clock.Options.Beta2);
        Tensor denominator = _second.sqrt().div_(clock.RootOfCorrection).add_(clock.Options.Epsilon);
        _weights.addcdiv_(_first, denominator, -clock.Rate);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _gradients.Dispose();
        _first.Dispose();
        _second.Dispose();
    }
}
