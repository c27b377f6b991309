using EsmmLite.Features;
using EsmmLite.Layers;
using EsmmLite.Memory;

namespace EsmmLite.Model;

/// <summary>Memory of one thread for the way from impressions to logits, a chunk of rows at a time while they are in the cache.</summary>
internal sealed class ForwardPass
{
    private readonly EsmmModel _model;
    private readonly AlignedBuffer _inputs;

    internal ForwardPass(EsmmModel model)
    {
        _model = model;
        ChunkRows = Chunk.RowsFor(model);
        _inputs = new AlignedBuffer((long)ChunkRows * model.Bottom.Layout.Stride);
        Workspace = model.Towers.CreateWorkspace(ChunkRows, training: false);
    }

    /// <summary>The most rows of one call.</summary>
    internal int ChunkRows { get; }

    internal TowerWorkspace Workspace { get; }

    /// <summary>Logits of some rows of a batch.</summary>
    internal void Run(ImpressionBatch batch, int firstRow, int rows)
    {
        _model.Bottom.Forward(batch, firstRow, rows, Part.All, _inputs.Span);
        _model.Towers.Forward(_model.Bottom.Layout, _inputs.Span, 0, rows, Workspace);
    }

    /// <summary>The request's part of the first layers, kept for <see cref="RunCandidates"/>.</summary>
    internal void RunRequest(ImpressionBatch request)
    {
        _model.Bottom.Forward(request, 0, 1, Part.Request, _inputs.Span);
        _model.Towers.ForwardRequest(_model.Bottom.Layout, _inputs.Span, Workspace);
    }

    /// <summary>Logits of some candidates of the request.</summary>
    internal void RunCandidates(ImpressionBatch candidates, int firstRow, int rows)
    {
        _model.Bottom.Forward(candidates, firstRow, rows, Part.Candidate | Part.Spanning, _inputs.Span);
        _model.Towers.ForwardCandidates(_model.Bottom.Layout, _inputs.Span, rows, Workspace);
    }
}

/// <summary>How many rows go through the whole network together.</summary>
internal static class Chunk
{
    private const int CacheBytes = 640 * 1024;

    /// <summary>
    /// As many rows, in whole register tiles, as keep activations and their gradients in about half of a second-level cache of 1 MB.
    /// The number depends on the model's shape only, and no result depends on it.
    /// </summary>
    internal static int RowsFor(EsmmModel model)
    {
        const int Tile = 12;
        long widths = model.Bottom.Layout.Stride + model.Towers.Tensors.Where(t => t.Shape.Count == 1).Sum(t => (long)t.Count);
        return (int)Math.Clamp(CacheBytes / (widths * 2 * sizeof(float)) / Tile * Tile, Tile, 8 * Tile);
    }
}
