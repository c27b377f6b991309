using EsmmLite.Features;
using EsmmLite.Layers;
using EsmmLite.Memory;

namespace EsmmLite.Model;

/// <summary>Memory of one thread for the way from impressions to logits, a chunk of rows at a time while they are in the cache.</summary>
internal sealed class ForwardPass
{
    /// <summary>The most rows of a segment: rows whose embedding rows are looked at together.</summary>
    internal const int SegmentRows = 1024;

    private const int MostDistinct = 128;

    /// <summary>Forming products by distinct row pays while there are at most as many as the rows divided by this.</summary>
    private const int RowsADistinct = 5;

    private readonly EsmmModel _model;
    private readonly Towers _towers;
    private readonly AlignedBuffer _inputs;
    private readonly DistinctInputs? _distinct;
    private readonly BottomWorkspace? _bottom;
    private int _segment;

    internal ForwardPass(EsmmModel model)
    {
        _model = model;
        _towers = model.Towers.Scoring;
        ChunkRows = Chunk.RowsFor(model, training: false);
        _inputs = new AlignedBuffer((long)ChunkRows * model.Bottom.Layout.Stride);
        Workspace = _towers.CreateWorkspace(ChunkRows, training: false);
        _bottom = model.Bottom.CreateWorkspace(ChunkRows, training: false);
        if (model.Bottom.FindsDistinct && _towers.UsesDistinct)
        {
            _distinct = DistinctInputs.Create(model.Bottom.Layout, model.Space, SegmentRows, MostDistinct);
            _distinct?.KeepProducts(_towers.FirstLayerStrides);
            Workspace.Distinct = _distinct;
        }
    }

    /// <summary>The most rows of one call.</summary>
    internal int ChunkRows { get; }

    internal TowerWorkspace Workspace { get; }

    /// <summary>Number of logits a row; those of heads that serve a loss only may be among them, and are not computed.</summary>
    internal int Tasks => _towers.Tasks;

    /// <summary>What each layer gave for a row of the last call; none where towers can't tell.</summary>
    internal IEnumerable<LayerOutput> Outputs(int row) => _towers.Outputs(Workspace, row);

    /// <summary>
    /// Begins a segment of rows: where the ids of a separate field repeat enough, its product is formed once for each distinct row.
    /// Optional; without it every row's product is formed by itself, to the same bits. Once begun, only rows
    /// of this segment may follow until the next one begins.
    /// </summary>
    internal void BeginSegment(ImpressionBatch batch, int firstRow, int rows, Part parts)
    {
        if (_distinct is null)
        {
            return;
        }

        _segment = firstRow;
        foreach (DistinctRows field in _distinct.Fields)
        {
            field.Forget();
            if ((field.Group.Part & parts) != 0)
            {
                _model.Bottom.FindDistinct(field, batch, firstRow, rows, Math.Min(rows / RowsADistinct, MostDistinct), all: false);
            }
        }

        _towers.KeepProducts(_model.Bottom.Layout, parts, Workspace);
    }

    /// <summary>Logits of some rows of a batch.</summary>
    internal void Run(ImpressionBatch batch, int firstRow, int rows)
    {
        Seek(firstRow);
        _model.Bottom.Forward(batch, firstRow, rows, Part.All, _distinct, _bottom, _inputs.Span);
        _towers.Forward(_model.Bottom.Layout, _inputs.Span, 0, rows, Workspace);
    }

    /// <summary>What the towers read of a row of the last call. [layout width]</summary>
    internal ReadOnlySpan<float> Input(int row) => _inputs.Span.Slice(row * _model.Bottom.Layout.Stride, _model.Bottom.Layout.Width);

    /// <summary>The request's part of the first layers, and its actions, kept for <see cref="RunCandidates"/>.</summary>
    internal void RunRequest(ImpressionBatch request)
    {
        _model.Bottom.Forward(request, 0, 1, Part.Request, null, _bottom, _inputs.Span);
        _model.Bottom.KeepRequest(request, _bottom);
        _towers.ForwardRequest(_model.Bottom.Layout, _inputs.Span, Workspace);
    }

    /// <summary>Logits of some candidates of the request.</summary>
    /// <param name="candidates">The candidates.</param>
    /// <param name="firstRow">The first of them.</param>
    /// <param name="rows">Their number.</param>
    /// <param name="parts">Each one's part of the first layers, if it was computed before. [rows]</param>
    internal void RunCandidates(ImpressionBatch candidates, int firstRow, int rows, ReadOnlySpan<float[]?> parts)
    {
        InputLayout layout = _model.Bottom.Layout;
        if (_towers.KeepsCandidateParts && !parts.Contains(null))
        {
            _model.Bottom.Forward(candidates, firstRow, rows, Part.Spanning, null, _bottom, _inputs.Span);
            _towers.ForwardCandidateParts(layout, _inputs.Span, parts, Workspace);
            return;
        }

        Seek(firstRow);
        _model.Bottom.Forward(candidates, firstRow, rows, Part.Candidate | Part.Spanning, _distinct, _bottom, _inputs.Span);
        _towers.ForwardCandidates(layout, _inputs.Span, rows, Workspace);
    }

    /// <summary>Floats of a candidate's part of the first layers.</summary>
    internal int CandidatePartLength => _towers.FirstLayerWidths.Sum();

    /// <summary>A candidate's part of the first layers, for <see cref="RunCandidates"/>.</summary>
    internal void CandidatePart(ImpressionBatch candidates, int row, Span<float> destination)
    {
        _model.Bottom.Forward(candidates, row, 1, Part.Candidate, null, _bottom, _inputs.Span);
        _towers.CandidatePart(_model.Bottom.Layout, _inputs.Span, destination);
    }

    private void Seek(int firstRow)
    {
        if (_distinct is not null)
        {
            _distinct.Offset = firstRow - _segment;
        }
    }
}

/// <summary>How many rows go through the whole network together.</summary>
internal static class Chunk
{
    private const int CacheBytes = 640 * 1024;

    /// <summary>
    /// As many rows, in whole register tiles, as keep activations and, in training, their gradients in about half of a second-level cache of 1 MB.
    /// The number depends on the model's shape only, and no result depends on it.
    /// </summary>
    internal static int RowsFor(EsmmModel model, bool training)
    {
        const int Tile = 12;
        Towers towers = training ? model.Towers : model.Towers.Scoring;
        long widths = (training ? model.Bottom.FloatsOfSequences : 0) + model.Bottom.Layout.Stride + towers.Tensors.Where(t => t.Shape.Count == 1).Sum(t => (long)t.Count);
        return (int)Math.Clamp(CacheBytes / (widths * (training ? 2 : 1) * sizeof(float)) / Tile * Tile, Tile, 8 * Tile);
    }
}
