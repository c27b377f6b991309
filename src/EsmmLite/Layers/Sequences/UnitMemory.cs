using EsmmLite.Kernels;
using EsmmLite.Memory;

namespace EsmmLite.Layers;

/// <summary>
/// What an activation unit works in. An entry is an action that is there; those of an impression follow each other. In training it keeps
/// a whole block of impressions for the way back, in scoring some impressions at a time.
/// </summary>
internal sealed class UnitMemory
{
    /// <summary>Entries that are worked on together: few enough for the second-level cache.</summary>
    internal const int Together = 256;

    private readonly ActivationUnit _unit;
    private readonly AlignedBuffer _inputs, _queries, _candidateParts, _weights;
    private readonly AlignedBuffer[] _sums, _outputs;

    /// <param name="unit">The unit.</param>
    /// <param name="actions">The most actions of an impression.</param>
    /// <param name="rows">Impressions of a block, in training.</param>
    /// <param name="training">Whether there is a way back.</param>
    internal UnitMemory(ActivationUnit unit, int actions, int rows, bool training)
    {
        _unit = unit;
        IsTraining = training;
        rows = training ? rows : Together;
        long entries = training ? (long)rows * actions : MostEntries(actions);
        RequireRoom(unit, entries);
        InputStride = 2 * unit.Dim;
        QueryStride = 3 * unit.Dim;
        (Starts, Counts) = (new int[rows], new int[rows]);
        _inputs = new AlignedBuffer(entries * InputStride);
        _queries = new AlignedBuffer((long)rows * QueryStride);
        _candidateParts = new AlignedBuffer((long)rows * unit.StrideOf(0));
        _weights = new AlignedBuffer(entries);
        _sums = OfLayers(entries);
        _outputs = OfLayers(entries);
        if (training)
        {
            Back = new UnitGradients(unit, rows, entries);
        }
    }

    internal bool IsTraining { get; }

    /// <summary>Its way back; null in scoring.</summary>
    internal UnitGradients? Back { get; }

    /// <summary>Floats from one entry's inputs to the next, and from one query to the next.</summary>
    internal int InputStride { get; }

    internal int QueryStride { get; }

    /// <summary>An impression's first entry. [rows]</summary>
    internal int[] Starts { get; }

    /// <summary>An impression's number of entries. [rows]</summary>
    internal int[] Counts { get; }

    internal long Bytes => _inputs.Bytes + _queries.Bytes + _candidateParts.Bytes + _weights.Bytes + _sums.Concat(_outputs).Sum(b => b.Bytes) + (Back?.Bytes ?? 0);

    /// <summary>The most entries of a group: a whole impression's at least.</summary>
    internal static int MostEntries(int actions) => Math.Max(Together, actions);

    /// <summary>k, then k ∘ c, from an entry on. [entries x 2 D]</summary>
    internal Span<float> Inputs(int entry) => _inputs.Span[(entry * InputStride)..];

    /// <summary>k of an entry. [D]</summary>
    internal Span<float> Action(int entry) => _inputs.Span.Slice(entry * InputStride, _unit.Dim);

    /// <summary>k ∘ c of an entry. [D]</summary>
    internal Span<float> Product(int entry) => _inputs.Span.Slice((entry * InputStride) + _unit.Dim, _unit.Dim);

    /// <summary>c, in the last third, from an impression on. [rows x 3 D]</summary>
    internal Span<float> Queries(int row) => _queries.Span[(row * QueryStride)..];

    /// <summary>c of an impression. [D]</summary>
    internal Span<float> Query(int row) => _queries.Span.Slice((row * QueryStride) + (2 * _unit.Dim), _unit.Dim);

    /// <summary>The candidates' parts of the first layer, from an impression on. [rows x stride]</summary>
    internal Span<float> CandidateParts(int row) => _candidateParts.Span[(row * _unit.StrideOf(0))..];

    /// <summary>What actions count, from an entry on. [entries]</summary>
    internal Span<float> Weights(int entry) => _weights.Span[entry..];

    /// <summary>A layer's sums, from an entry on. [entries x stride]</summary>
    internal Span<float> Sums(int layer, int entry) => _sums[layer].Span[(entry * _unit.StrideOf(layer))..];

    /// <summary>A layer's outputs, behind the activation, alike.</summary>
    internal Span<float> Outputs(int layer, int entry) => _outputs[layer].Span[(entry * _unit.StrideOf(layer))..];

    private static void RequireRoom(ActivationUnit unit, long entries)
    {
        long widest = Enumerable.Range(0, unit.Layers).Select(unit.StrideOf).Append((3 * unit.Dim) + MatrixProduct.PanelWidth).Max();
        if (entries * widest > Array.MaxLength - MatrixProduct.PanelWidth)
        {
            throw new EsmmException(EsmmErrorKind.Config, $"the actions of a block of impressions need blocks of {entries * widest:N0} floats, which is larger than one array can be", "model.attention", hint: "Use a smaller batch, a smaller maxValues of the lists, or smaller layers.");
        }
    }

    private AlignedBuffer[] OfLayers(long entries) => [.. Enumerable.Range(0, _unit.Layers).Select(layer => new AlignedBuffer(entries * _unit.StrideOf(layer)))];
}

/// <summary>Slopes of everything in a <see cref="UnitMemory"/>.</summary>
internal sealed class UnitGradients
{
    private readonly ActivationUnit _unit;
    private readonly AlignedBuffer _weights, _inputs, _queries, _rowSums;
    private readonly AlignedBuffer[] _outputs, _sums;

    internal UnitGradients(ActivationUnit unit, int rows, long entries)
    {
        _unit = unit;
        Stride = (QueryWidth + MatrixProduct.PanelWidth - 1) / MatrixProduct.PanelWidth * MatrixProduct.PanelWidth;
        _weights = new AlignedBuffer(entries);
        _inputs = new AlignedBuffer(entries * Stride);
        _queries = new AlignedBuffer((long)rows * Stride);
        _rowSums = new AlignedBuffer((long)rows * unit.StrideOf(0));
        _outputs = [.. Enumerable.Range(0, unit.Layers).Select(layer => new AlignedBuffer(entries * unit.StrideOf(layer)))];

        // Only PReLU's slopes need dL/dh once dL/dz is known.
        _sums = unit.Options.Activation == Activation.PRelu ? [.. _outputs.Select(outputs => new AlignedBuffer(outputs.Length))] : _outputs;
    }

    /// <summary>Floats from one entry's gradient by its inputs to the next, and from one query's to the next.</summary>
    internal int Stride { get; }

    internal long Bytes => _weights.Bytes + _inputs.Bytes + _queries.Bytes + _rowSums.Bytes + _outputs.Concat(_sums == _outputs ? [] : _sums).Sum(b => b.Bytes);

    private int QueryWidth => 3 * _unit.Dim;

    /// <summary>By the unit's outputs, from an entry on. [entries]</summary>
    internal Span<float> Weights(int entry) => _weights.Span[entry..];

    /// <summary>By a layer's outputs, from an entry on. [entries x stride]</summary>
    internal Span<float> Outputs(int layer, int entry) => _outputs[layer].Span[(entry * _unit.StrideOf(layer))..];

    /// <summary>By a layer's sums, alike; in the place of the outputs where those are not needed any more.</summary>
    internal Span<float> Sums(int layer, int entry) => _sums[layer].Span[(entry * _unit.StrideOf(layer))..];

    /// <summary>By k and by k ∘ c, from an entry on; in the end dL/dk in the first D. [entries x stride]</summary>
    internal Span<float> Inputs(int entry) => _inputs.Span[(entry * Stride)..];

    /// <summary>By c, in the columns of c, from an impression on. [rows x stride]</summary>
    internal Span<float> Queries(int row) => _queries.Span[(row * Stride)..];

    /// <summary>dL/dc of an impression. [D]</summary>
    internal Span<float> Query(int row) => _queries.Span.Slice((row * Stride) + (2 * _unit.Dim), _unit.Dim);

    /// <summary>The sum over an impression's actions of dL/dz of the first layer, from an impression on. [rows x stride]</summary>
    internal Span<float> RowSums(int row) => _rowSums.Span[(row * _unit.StrideOf(0))..];
}
