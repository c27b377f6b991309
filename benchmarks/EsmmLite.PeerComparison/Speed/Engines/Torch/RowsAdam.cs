using static TorchSharp.torch;

namespace EsmmLite.PeerComparison.Speed.Engines.Torch;

/// <summary>
/// The sparse Adam that TorchSharp lacks, of torch operators only: duplicates are added up, then the moments and weights of the
/// distinct rows are read, changed and written back. ε stands where dense Adam has it.
/// </summary>
internal sealed class RowsAdam : IDisposable
{
    private readonly Tensor _weight;
    private readonly Tensor _first;
    private readonly Tensor _second;

    /// <summary>Creates the optimizer with zero moments.</summary>
    public RowsAdam(Tensor weight)
    {
        _weight = weight;
        _first = zeros(weight.shape);
        _second = zeros(weight.shape);
    }

    /// <summary>Updates the rows of a batch.</summary>
    /// <param name="ids">Rows, with duplicates. [looked up]</param>
    /// <param name="gradients">The gradient of each looked-up vector. [looked up x dim]</param>
    /// <param name="clock">The step.</param>
    public void Step(Tensor ids, Tensor gradients, AdamClock clock)
    {
        (Tensor rows, Tensor? inverse, _) = ids.unique(sorted: true, return_inverse: true);
        Tensor g = zeros([rows.shape[0], gradients.shape[1]]).index_add_(0, inverse!, gradients, 1);
        Tensor m = _first.index_select(0, rows).mul_(clock.Options.Beta1).add_(g, 1 - clock.Options.Beta1);
        Tensor v = _second.index_select(0, rows).mul_(clock.Options.Beta2).addcmul_(g, g, 1 - clock.Options.Beta2);
        _first.index_copy_(0, rows, m);
        _second.index_copy_(0, rows, v);
        Tensor denominator = v.sqrt_().div_(clock.RootOfCorrection).add_(clock.Options.Epsilon);
        _weight.index_add_(0, rows, m.div_(denominator), -clock.Rate);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _first.Dispose();
        _second.Dispose();
    }
}
