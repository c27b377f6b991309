namespace EsmmLite.Layers;

/// <summary>The seam between the network's input and the tasks' logits: one tower a task, and whatever passes between towers.</summary>
/// <remarks>
/// All parameters lie in one block, all gradients in another of the same shape, so that an optimizer is one pass over both.
/// Forward and BackwardInputs are called by several threads at once on different rows of one workspace; BackwardWeights by
/// several threads on different tiles, each summing over the rows in order: the number of threads cannot change a bit.
/// </remarks>
public abstract class Towers
{
    /// <summary>Number of tasks: logits a row.</summary>
    public abstract int Tasks { get; }

    /// <summary>All parameters, in the towers' own layout.</summary>
    public abstract Span<float> Parameters { get; }

    /// <summary>Number of independent pieces of the parameters: each is summed, updated and prepared by one thread.</summary>
    public abstract int WeightTiles { get; }

    /// <summary>The parameters by name, as the model file keeps them.</summary>
    public abstract IReadOnlyList<TowerTensor> Tensors { get; }

    /// <summary>Memory for the activations of a block of rows.</summary>
    public abstract TowerWorkspace CreateWorkspace(int rows, bool training);

    /// <summary>Where a tile lies among the parameters. The tiles cover them all and don't overlap.</summary>
    public abstract (int Start, int Length) TileRange(int tile);

    /// <summary>To be called for every tile after parameters changed and before BackwardInputs, when there is a workspace for training.</summary>
    public abstract void PrepareBackward(int tile);

    /// <summary>Logits of some rows of the workspace.</summary>
    /// <param name="layout">Layout of the input.</param>
    /// <param name="inputs">[rows x layout stride]</param>
    /// <param name="firstRow">First row in the workspace.</param>
    /// <param name="rows">Number of rows.</param>
    /// <param name="workspace">Activations and logits.</param>
    public abstract void Forward(InputLayout layout, ReadOnlySpan<float> inputs, int firstRow, int rows, TowerWorkspace workspace);

    /// <summary>The request's part of the first layers: it depends on the request's columns only.</summary>
    /// <param name="layout">Layout of the input.</param>
    /// <param name="input">One row of inputs whose request columns are filled. [layout stride]</param>
    /// <param name="workspace">Keeps the result for <see cref="ForwardCandidates"/>.</param>
    public abstract void ForwardRequest(InputLayout layout, ReadOnlySpan<float> input, TowerWorkspace workspace);

    /// <summary>Logits of candidates whose request part was computed by <see cref="ForwardRequest"/>: the same bits as <see cref="Forward"/>.</summary>
    public abstract void ForwardCandidates(InputLayout layout, ReadOnlySpan<float> inputs, int rows, TowerWorkspace workspace);

    /// <summary>From dLogits to the gradient by the inputs, tasks added up in order.</summary>
    /// <param name="layout">Layout of the input.</param>
    /// <param name="firstRow">First row in the workspace.</param>
    /// <param name="rows">Number of rows.</param>
    /// <param name="workspace">Holds activations and dLogits.</param>
    /// <param name="task">The one task whose gradient is wanted; all of them, in one chain, if null.</param>
    /// <param name="dInputs">Destination. [rows x layout stride]</param>
    public abstract void BackwardInputs(InputLayout layout, int firstRow, int rows, TowerWorkspace workspace, int? task, Span<float> dInputs);

    /// <summary>One tile of the parameters' gradient over the first rows of the workspace.</summary>
    /// <param name="tile">Which tile.</param>
    /// <param name="layout">Layout of the input.</param>
    /// <param name="inputs">[rows x layout stride]</param>
    /// <param name="rows">Number of rows.</param>
    /// <param name="workspace">Holds activations and their gradients.</param>
    /// <param name="gradients">Destination, in the layout of <see cref="Parameters"/>.</param>
    /// <param name="accumulate">Whether the sums go on from an earlier block of rows.</param>
    public abstract void BackwardWeights(int tile, InputLayout layout, ReadOnlySpan<float> inputs, int rows, TowerWorkspace workspace, Span<float> gradients, bool accumulate);

    /// <summary>What scores are computed with, to the same bits and over the same parameters: other towers where these have pieces that only training needs.</summary>
    internal virtual Towers Scoring => this;

    /// <summary>Activation units of behaviour sequences, whose parameters, and whose tiles, stand behind the towers' own; the bottom works with them. Null where there are none.</summary>
    internal ActivationUnits? Units { get; private protected init; }

    /// <summary>The first of the units' tiles.</summary>
    internal int FirstUnitTile => WeightTiles - (Units?.Tiles ?? 0);

    /// <summary>What each layer gave for a row of the workspace, behind the rectifiers; none where towers can't tell.</summary>
    internal virtual IEnumerable<LayerOutput> Outputs(TowerWorkspace workspace, int row) => [];

    /// <summary>Tiles that are best worked on together, one after the other over a few rows at a time; in the order in which to begin them.</summary>
    /// <param name="most">The most tiles of a group.</param>
    internal virtual (int First, int Count)[] TileGroups(int most) => [.. Enumerable.Range(0, FirstUnitTile).Select(tile => (tile, 1))];

    /// <summary><see cref="BackwardWeights"/> of a group of tiles.</summary>
    internal virtual void BackwardGroup((int First, int Count) tiles, InputLayout layout, ReadOnlySpan<float> inputs, int rows, TowerWorkspace workspace, Span<float> gradients, bool accumulate)
    {
        for (int tile = tiles.First; tile < tiles.First + tiles.Count; tile++)
        {
            BackwardWeights(tile, layout, inputs, rows, workspace, gradients, accumulate);
        }
    }

    /// <summary>Whether <see cref="CandidatePart"/> and <see cref="ForwardCandidateParts"/> are there.</summary>
    internal virtual bool KeepsCandidateParts => false;

    /// <summary>The candidate's part of the first layers, Zc. [first layer widths, one after another]</summary>
    internal virtual void CandidatePart(InputLayout layout, ReadOnlySpan<float> input, Span<float> destination) => throw new NotSupportedException();

    /// <summary>As <see cref="ForwardCandidates"/>, with parts from <see cref="CandidatePart"/>; inputs hold the spanning columns only.</summary>
    internal virtual void ForwardCandidateParts(InputLayout layout, ReadOnlySpan<float> inputs, ReadOnlySpan<float[]?> parts, TowerWorkspace workspace) => throw new NotSupportedException();

    /// <summary>Whether the order of <see cref="BackwardWeights"/>'s sums depends on where blocks of rows begin: then they begin at the same rows on any number of threads.</summary>
    internal virtual bool BlocksAreSeen => false;

    /// <summary>Name of the layer that a tile belongs to, for <see cref="Diagnostics.StepClock"/>.</summary>
    internal virtual string LayerOfTile(int tile) => "towers";

    /// <summary>A task's kernel whose rows are the columns of the input; the rows of columns that the task doesn't read are zero. Null where there is no such kernel.</summary>
    internal virtual TowerTensor? FirstKernel(int task) => null;

    /// <summary>Bytes held for the way back beside the parameters: none before a workspace for training was created.</summary>
    internal virtual long PreparedBytes => 0;

    /// <summary>A copy for scoring whose kernels are brain floats.</summary>
    internal virtual Towers Narrow() => throw new NotSupportedException();

    /// <summary>Whether separate fields can be worked on by distinct row, see <see cref="TowerWorkspace.Distinct"/>.</summary>
    internal virtual bool UsesDistinct => false;

    /// <summary>Number of independent pieces of <see cref="ForwardFirstLayer"/>.</summary>
    internal virtual int FirstLayerTiles => 0;

    /// <summary>Outputs of the first layer of each task that scores are made of, padded to whole panels.</summary>
    internal virtual IReadOnlyList<int> FirstLayerWidths => [];

    /// <summary>From one row of each task's first layer to the next.</summary>
    internal virtual IReadOnlyList<int> FirstLayerStrides => [];

    /// <summary>Floats of scratch for <see cref="ForwardFirstLayer"/> and <see cref="BackwardDistinct"/> over some rows.</summary>
    internal virtual int DistinctScratch(DistinctInputs distinct, int rows) => 0;

    /// <summary>Forms the products of the fields that pay, to be kept for the whole batch.</summary>
    internal virtual void KeepProducts(InputLayout layout, Part parts, TowerWorkspace workspace) => throw new NotSupportedException();

    /// <summary>One tile of the first layers' outputs, for all rows of the workspace.</summary>
    internal virtual void ForwardFirstLayer(int tile, InputLayout layout, ReadOnlySpan<float> inputs, int rows, TowerWorkspace workspace, Span<float> scratch) => throw new NotSupportedException();

    /// <summary>From the first layers' outputs to logits.</summary>
    internal virtual void ForwardRest(int firstRow, int rows, TowerWorkspace workspace) => throw new NotSupportedException();

    /// <summary>Number of independent pieces of <see cref="BackwardDistinct"/>.</summary>
    internal virtual int DistinctRanges => 0;

    /// <summary>One range of outputs: the gradients of the separate fields' rows of the first kernel, and part of their embedding rows' gradients.</summary>
    internal virtual void BackwardDistinct(int range, int rows, TowerWorkspace workspace, Span<float> gradients, Span<float> scratch) => throw new NotSupportedException();

    /// <summary>Adds the gradients of one field's distinct embedding rows, from all ranges.</summary>
    internal virtual void FinishDistinct(DistinctRows field, DistinctInputs distinct, Span<float> dRows) => throw new NotSupportedException();
}

/// <summary>One named tensor of the towers, and where each of its elements lies in the block of parameters.</summary>
/// <param name="Name">Such as <c>ctr.dense0.kernel</c>.</param>
/// <param name="Shape">[inputs, outputs] of a kernel, [outputs] of a bias.</param>
/// <param name="IndexOf">From a row-major index of the tensor to an index of the block.</param>
public sealed record TowerTensor(string Name, IReadOnlyList<int> Shape, Func<int, int> IndexOf)
{
    /// <summary>Number of elements.</summary>
    public int Count => Shape.Aggregate(1, (a, b) => a * b);

    /// <summary>Whether it is a kernel, which is initialised at random, and not a bias.</summary>
    public bool IsKernel => Shape.Count == 2;
}

/// <summary>Memory that towers need for a block of rows; logits in, slopes out.</summary>
public abstract class TowerWorkspace
{
    /// <summary>Logits of a task. [rows]</summary>
    public abstract Span<float> Logits(int task);

    /// <summary>Slopes of the loss by the logits of a task. [rows]</summary>
    public abstract Span<float> DLogits(int task);

    /// <summary>The step that a training's workspace works on: dropout depends on it.</summary>
    internal long Step { get; set; }

    /// <summary>Row of the batch that is row 0 of the workspace.</summary>
    internal int BlockStart { get; set; }

    /// <summary>Bytes that it holds, without <see cref="Distinct"/>.</summary>
    internal virtual long Bytes => 0;

    /// <summary>Separate fields that are worked on by distinct row; null where there are none.</summary>
    internal DistinctInputs? Distinct { get; set; }
}
