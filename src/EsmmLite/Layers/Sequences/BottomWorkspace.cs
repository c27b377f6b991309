using EsmmLite.Memory;

namespace EsmmLite.Layers;

/// <summary>What behaviour sequences need beside the input: the request's actions, kept for all its candidates; in training, what a block's way back reads.</summary>
internal sealed class BottomWorkspace
{
    internal BottomWorkspace(KeptActions?[] kept, UnitMemory?[] units) => (Kept, Units) = (kept, units);

    /// <summary>The request's actions, a sequence each; null where it isn't the request's.</summary>
    internal KeptActions?[] Kept { get; }

    /// <summary>What the sequences' activation units work in; null where there is none.</summary>
    internal UnitMemory?[] Units { get; }

    /// <summary>Row of the batch that is row 0 of the units' memory, in training.</summary>
    internal int BlockStart { get; set; }

    internal long Bytes => Kept.Sum(kept => kept?.Bytes ?? 0) + Units.Sum(unit => unit?.Bytes ?? 0);
}

/// <summary>The actions of one request: what is the same for every candidate.</summary>
/// <param name="actions">The most actions.</param>
/// <param name="dim">D.</param>
/// <param name="partStride">Floats of an action's part of the activation unit's first layer; 0 where there is no unit.</param>
internal sealed class KeptActions(int actions, int dim, int partStride)
{
    private readonly AlignedBuffer _actions = new((long)actions * dim);
    private readonly AlignedBuffer _parts = new((long)actions * partStride);

    /// <summary>Number of actions that are there.</summary>
    internal int Count { get; set; }

    /// <summary>k, one after another. [actions x D]</summary>
    internal Span<float> Actions => _actions.Span;

    /// <summary>Their parts of the unit's first layer. [actions x stride]</summary>
    internal Span<float> Parts => _parts.Span;

    internal long Bytes => _actions.Bytes + _parts.Bytes;
}
