using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace EsmmLite.PeerComparison.Speed.Engines.Torch;

/// <summary>Parameters of any shape, side by side in one block.</summary>
/// <remarks>
/// Temporary tensors live in dispose scopes throughout, not only to be freed soon: a scope also keeps the garbage collector
/// from freeing a tensor while native code still reads it.
/// </remarks>
internal sealed class FlatBlock : IDisposable
{
    private readonly long[][] _shapes;

    /// <summary>Allocates parameters of these shapes, all zero.</summary>
    public FlatBlock(params long[][] shapes)
    {
        _shapes = shapes;
        Values = zeros([shapes.Sum(Count)]);
        using DisposeScope scope = NewDisposeScope();
        Parameters = [.. Views(Values).Select(view => new Parameter(view.DetachFromDisposeScope()))];
    }

    /// <summary>All values. [count]</summary>
    public Tensor Values { get; }

    /// <summary>The parameters: views of the block, and leaves of the tape.</summary>
    public IReadOnlyList<Parameter> Parameters { get; }

    /// <summary>Makes the gradients views of another block.</summary>
    public void AttachGradients(Tensor gradients)
    {
        using DisposeScope scope = NewDisposeScope();
        foreach ((Parameter parameter, Tensor view) in Parameters.Zip(Views(gradients)))
        {
            parameter.grad = view;
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (Parameter parameter in Parameters)
        {
            parameter.Dispose();
        }

        Values.Dispose();
    }

    private IEnumerable<Tensor> Views(Tensor block)
    {
        long at = 0;
        foreach (long[] shape in _shapes)
        {
            yield return block.narrow(0, at, Count(shape)).view(shape);
            at += Count(shape);
        }
    }

    private static long Count(long[] shape) => shape.Aggregate(1L, (a, b) => a * b);
}
