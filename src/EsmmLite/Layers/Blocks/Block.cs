using EsmmLite.Memory;

namespace EsmmLite.Layers;

/// <summary>
/// A piece of <see cref="LayeredTowers"/>: it makes one row of values from the values of earlier blocks, or from the input. Backward
/// stands below forward; it adds to the slopes of its sources, or writes them where it was asked to <see cref="Begin"/>.
/// </summary>
internal abstract class Block
{
    private protected Block(string name, int width, int padded)
    {
        Name = name;
        Width = width;
        Stride = padded + 16;
    }

    internal string Name { get; }

    /// <summary>Number of values a row.</summary>
    internal int Width { get; }

    /// <summary>Floats from one row of values to the next. Values beyond the width are zero.</summary>
    internal int Stride { get; }

    /// <summary>Its place among the blocks.</summary>
    internal int Index { get; set; }

    /// <summary>Whether it serves a loss only: scoring leaves it out.</summary>
    internal bool TrainingOnly { get; set; }

    /// <summary>The blocks whose values it reads; none for one that reads the input alone.</summary>
    internal virtual IEnumerable<Block> Sources => [];

    /// <summary>The block in whose memory its values and slopes lie: another one where it works in place on values that only it reads.</summary>
    internal virtual Block Place => this;

    /// <summary>Whether its values end in a rectifier, which the block that reads them asked for.</summary>
    private protected bool Rectifies { get; private set; }

    /// <summary>Asks it to rectify its values; whether it does.</summary>
    internal bool Rectify() => Rectifies = CanRectify;

    private protected virtual bool CanRectify => false;

    /// <summary>Asks it, the first to go back to a source, to write the source's slopes instead of adding to them; whether it does.</summary>
    internal virtual bool Begin(Block source) => false;

    /// <summary>Parameters by name.</summary>
    internal virtual IEnumerable<TowerTensor> Tensors => [];

    /// <summary>Number of pieces of its parameters.</summary>
    internal virtual int Tiles => 0;

    internal virtual (int Start, int Length) TileRange(int tile) => default;

    /// <summary>Parameters that don't begin at 0 or at random.</summary>
    internal virtual void Initialise(Span<float> parameters)
    {
    }

    internal virtual void PrepareTraining()
    {
    }

    internal virtual void PrepareBackward(int tile, ReadOnlySpan<float> parameters)
    {
    }

    internal virtual long PreparedBytes => 0;

    internal abstract void Forward(in BlockPass pass);

    internal abstract void Backward(in BlockPass pass);

    /// <summary>One tile of the parameters' gradient over all rows of the workspace's block.</summary>
    internal virtual void BackwardWeights(int tile, in BlockPass pass, Span<float> gradients, bool accumulate)
    {
    }
}

/// <summary>Some rows on their way through the blocks.</summary>
internal readonly ref struct BlockPass
{
    internal required InputLayout Layout { get; init; }

    internal required ReadOnlySpan<float> Inputs { get; init; }

    internal Span<float> DInputs { get; init; }

    internal required ReadOnlySpan<float> Parameters { get; init; }

    internal required LayeredWorkspace Workspace { get; init; }

    internal required int FirstRow { get; init; }

    internal required int Rows { get; init; }

    /// <summary>The parts of the input to go over; the rest comes from what <see cref="LayeredWorkspace.RequestPart"/> kept.</summary>
    internal Part Parts { get; init; }

    /// <summary>A block's values, from the pass's first row on.</summary>
    internal Span<float> Values(Block block) => Workspace.Values(block)[(FirstRow * block.Stride)..];

    /// <summary>Slopes by a block's values, alike.</summary>
    internal Span<float> Slopes(Block block) => Workspace.Slopes(block)[(FirstRow * block.Stride)..];

    internal Span<float> Row(Block block, int row) => Values(block).Slice(row * block.Stride, block.Width);

    internal Span<float> SlopeRow(Block block, int row) => Slopes(block).Slice(row * block.Stride, block.Width);
}

/// <summary>Values and slopes of every block for a block of rows.</summary>
internal sealed class LayeredWorkspace : TowerWorkspace
{
    private readonly AlignedBuffer[] _values;
    private readonly AlignedBuffer[] _slopes;
    private readonly AlignedBuffer?[] _requestParts;
    private readonly float[][] _logits;
    private readonly float[][] _dLogits;

    internal LayeredWorkspace(IReadOnlyList<Block> blocks, int tasks, int rows, bool training)
    {
        IsTraining = training;
        _values = Places(blocks, b => b.TrainingOnly && !training ? 0 : (long)b.Stride * rows);
        _slopes = training ? Places(blocks, b => (long)b.Stride * rows) : [];
        _requestParts = [.. blocks.Select(b => b is InputDense && !training ? new AlignedBuffer(b.Stride) : null)];
        _logits = [.. Enumerable.Range(0, tasks).Select(_ => new float[rows])];
        _dLogits = [.. Enumerable.Range(0, tasks).Select(_ => new float[training ? rows : 0])];
    }

    internal bool IsTraining { get; }

    internal override long Bytes => _values.Concat(_slopes).Concat(_requestParts.OfType<AlignedBuffer>()).Distinct().Sum(b => b.Bytes) + (_logits.Concat(_dLogits).Sum(l => (long)l.Length) * sizeof(float));

    public override Span<float> Logits(int task) => _logits[task];

    public override Span<float> DLogits(int task) => _dLogits[task];

    internal Span<float> Values(Block block) => _values[block.Index].Span;

    internal Span<float> Slopes(Block block) => _slopes[block.Index].Span;

    /// <summary>Memory for each block; one that works in place has another's.</summary>
    private static AlignedBuffer[] Places(IReadOnlyList<Block> blocks, Func<Block, long> length)
    {
        AlignedBuffer[] places = new AlignedBuffer[blocks.Count];
        foreach (Block block in blocks)
        {
            places[block.Index] = block.Place == block ? new AlignedBuffer(length(block)) : places[block.Place.Index];
        }

        return places;
    }

    /// <summary>The request's part of a block that reads the input. [stride]</summary>
    internal Span<float> RequestPart(Block block) => _requestParts[block.Index]!.Span;
}
