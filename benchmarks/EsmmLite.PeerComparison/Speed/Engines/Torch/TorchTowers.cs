using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn.functional;

namespace EsmmLite.PeerComparison.Speed.Engines.Torch;

/// <summary>Two towers of the same shape in one of several forms; kernels are [out, in] unless batched.</summary>
internal abstract class TorchTowers : IDisposable
{
    /// <summary>Allocates the parameters.</summary>
    /// <param name="sizes">Inputs, hidden sizes, and 1.</param>
    /// <param name="shapes">Shapes of the parameters.</param>
    protected TorchTowers(IReadOnlyList<int> sizes, IEnumerable<long[]> shapes)
    {
        Sizes = sizes;
        Block = new FlatBlock([.. shapes]);
    }

    /// <summary>Inputs, hidden sizes, and 1.</summary>
    public IReadOnlyList<int> Sizes { get; }

    /// <summary>Layers of a tower, the logit's included.</summary>
    public int Layers => Sizes.Count - 1;

    /// <summary>All parameters.</summary>
    public FlatBlock Block { get; }

    /// <summary>The parameters.</summary>
    protected IReadOnlyList<Parameter> P => Block.Parameters;

    /// <summary>The logits of both tasks. [rows] each</summary>
    public abstract (Tensor A, Tensor B) Logits(Tensor input);

    /// <summary>A view of one tower's kernel. [out, in]</summary>
    public abstract Tensor Kernel(int tower, int layer);

    /// <summary>A view of one tower's bias. [out]</summary>
    public abstract Tensor Bias(int tower, int layer);

    /// <summary>Towers of a form.</summary>
    public static TorchTowers Create(TowerForm form, IReadOnlyList<int> sizes) => form switch
    {
        TowerForm.Separate => new SeparateTowers(sizes),
        TowerForm.FusedFirst => new FusedFirstTowers(sizes),
        _ => new BatchedTowers(sizes),
    };

    /// <inheritdoc/>
    public void Dispose() => Block.Dispose();

    /// <summary>Dense layers with ReLU between them, from one layer to the logit.</summary>
    protected Tensor Tail(Tensor x, int tower, int firstLayer)
    {
        for (int layer = firstLayer; layer < Layers; layer++)
        {
            x = linear(x, Kernel(tower, layer), Bias(tower, layer));
            if (layer + 1 < Layers)
            {
                x = x.relu_();
            }
        }

        return x.squeeze(1);
    }
}

/// <summary>Each tower's layers on their own.</summary>
internal sealed class SeparateTowers(IReadOnlyList<int> sizes) : TorchTowers(sizes, Shapes(sizes))
{
    /// <inheritdoc/>
    public override (Tensor A, Tensor B) Logits(Tensor input) => (Tail(input, 0, 0), Tail(input, 1, 0));

    /// <inheritdoc/>
    public override Tensor Kernel(int tower, int layer) => P[2 * (tower * Layers + layer)];

    /// <inheritdoc/>
    public override Tensor Bias(int tower, int layer) => P[2 * (tower * Layers + layer) + 1];

    private static IEnumerable<long[]> Shapes(IReadOnlyList<int> sizes) =>
        from tower in (int[])[0, 1]
        from layer in Enumerable.Range(0, sizes.Count - 1)
        from shape in (long[][])[[sizes[layer + 1], sizes[layer]], [sizes[layer + 1]]]
        select shape;
}

/// <summary>Both towers' first layers as one product.</summary>
internal sealed class FusedFirstTowers(IReadOnlyList<int> sizes) : TorchTowers(sizes, Shapes(sizes))
{
    /// <inheritdoc/>
    public override (Tensor A, Tensor B) Logits(Tensor input)
    {
        Tensor[] halves = linear(input, P[0], P[1]).relu_().chunk(2, dim: 1);
        return (Tail(halves[0], 0, 1), Tail(halves[1], 1, 1));
    }

    /// <inheritdoc/>
    public override Tensor Kernel(int tower, int layer) => Of(tower, layer, 0);

    /// <inheritdoc/>
    public override Tensor Bias(int tower, int layer) => Of(tower, layer, 1);

    private Tensor Of(int tower, int layer, int which) =>
        layer == 0 ? P[which].narrow(0, tower * Sizes[1], Sizes[1]) : P[2 + 2 * (tower * (Layers - 1) + layer - 1) + which];

    private static IEnumerable<long[]> Shapes(IReadOnlyList<int> sizes) =>
    [
        [2 * sizes[1], sizes[0]],
        [2 * sizes[1]],
        .. from tower in (int[])[0, 1]
           from layer in Enumerable.Range(1, sizes.Count - 2)
           from shape in (long[][])[[sizes[layer + 1], sizes[layer]], [sizes[layer + 1]]]
           select shape,
    ];
}

/// <summary>The first layer as one product, the later ones as batched products over both towers; later kernels are [2, in, out].</summary>
internal sealed class BatchedTowers(IReadOnlyList<int> sizes) : TorchTowers(sizes, Shapes(sizes))
{
    /// <inheritdoc/>
    public override (Tensor A, Tensor B) Logits(Tensor input)
    {
        Tensor x = linear(input, P[0], P[1]).relu_().view(input.shape[0], 2, Sizes[1]).transpose(0, 1);
        for (int layer = 1; layer < Layers; layer++)
        {
            // Not baddbmm: TorchSharp 0.107.0 hands its arguments on in another order.
            x = bmm(x, P[2 * layer]).add_(P[2 * layer + 1]);
            if (layer + 1 < Layers)
            {
                x = x.relu_();
            }
        }

        return (x[0].squeeze(1), x[1].squeeze(1));
    }

    /// <inheritdoc/>
    public override Tensor Kernel(int tower, int layer) => layer == 0 ? P[0].narrow(0, tower * Sizes[1], Sizes[1]) : P[2 * layer][tower].t();

    /// <inheritdoc/>
    public override Tensor Bias(int tower, int layer) => layer == 0 ? P[1].narrow(0, tower * Sizes[1], Sizes[1]) : P[2 * layer + 1][tower].squeeze(0);

    private static IEnumerable<long[]> Shapes(IReadOnlyList<int> sizes) =>
    [
        [2 * sizes[1], sizes[0]],
        [2 * sizes[1]],
        .. from layer in Enumerable.Range(1, sizes.Count - 2)
           from shape in (long[][])[[2, sizes[layer], sizes[layer + 1]], [2, 1, sizes[layer + 1]]]
           select shape,
    ];
}
