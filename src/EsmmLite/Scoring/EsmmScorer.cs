using EsmmLite.Features;
using EsmmLite.Layers;
using EsmmLite.Model;

namespace EsmmLite.Scoring;

/// <summary>
/// The serving form of a model: immutable, and shared by any number of threads, each with a workspace of its own. A score is a
/// function of the model and the encoded features alone: not a bit of it depends on the batch, the place in it, the thread, the
/// vector width, or on whether it was computed by the plain path or by the request path.
/// </summary>
public sealed class EsmmScorer
{
    private readonly EsmmModel _model;

    /// <summary>Creates a scorer from a copy of a model's weights; training the model further does not change it.</summary>
    public EsmmScorer(EsmmModel model)
    {
        ArgumentNullException.ThrowIfNull(model);
        _model = model.Clone();
    }

    private EsmmScorer(string path) => _model = EsmmModel.Load(path);

    /// <summary>How values become rows and numbers.</summary>
    public FeatureSpace Space => _model.Space;

    /// <summary>Digest of the model file; null if the model was never in a file.</summary>
    public string? Digest => _model.Digest;

    /// <summary>Loads a scorer from a model file, verified byte by byte.</summary>
    public static EsmmScorer Load(string path) => new(path);

    /// <summary>Memory for one thread.</summary>
    public ScoringWorkspace CreateWorkspace() => new(this, new ForwardPass(_model));

    /// <summary>A request to be filled with candidates, for one thread; reusable.</summary>
    /// <param name="maxCandidates">The most candidates.</param>
    public RankingRequest CreateRequest(int maxCandidates) => new(this, _model.Bottom.Layout, new ForwardPass(_model), maxCandidates);

    /// <summary>Scores a batch. Nothing is allocated.</summary>
    /// <param name="batch">Encoded impressions; labels are not looked at.</param>
    /// <param name="workspace">This thread's workspace.</param>
    /// <param name="destination">A prediction for each impression. [batch count]</param>
    /// <exception cref="EsmmException">An id or a number of the batch is not valid; nothing was written.</exception>
    public void Score(ImpressionBatch batch, ScoringWorkspace workspace, Span<Prediction> destination)
    {
        ArgumentNullException.ThrowIfNull(batch);
        ArgumentNullException.ThrowIfNull(workspace);
        workspace.RequireOf(this);
        Check.AtLeast(destination.Length, batch.Count, nameof(destination));
        BatchCheck.Require(Space, batch, labels: false);
        Run(workspace.Pass, batch, Part.All, destination);
    }

    /// <summary>Scores the candidates of a request, its own part computed once. Nothing is allocated.</summary>
    /// <param name="request">A request of this scorer.</param>
    /// <param name="destination">A prediction for each candidate. [candidates]</param>
    public void Score(RankingRequest request, Span<Prediction> destination)
    {
        ArgumentNullException.ThrowIfNull(request);
        request.RequireOf(this);
        Check.AtLeast(destination.Length, request.Count, nameof(destination));
        ImpressionBatch candidates = request.Prepare();
        BatchCheck.Require(Space, candidates, labels: false);
        request.Pass.RunRequest(request.Shared);
        Run(request.Pass, candidates, Part.Candidate | Part.Spanning, destination);
    }

    /// <summary>Segments of rows, and chunks of a segment: as many as needed, and as even as possible.</summary>
    private static void Run(ForwardPass pass, ImpressionBatch batch, Part parts, Span<Prediction> destination)
    {
        for (int segment = 0; segment < batch.Count; segment += ForwardPass.SegmentRows)
        {
            int segmentRows = Math.Min(ForwardPass.SegmentRows, batch.Count - segment);
            int chunks = (segmentRows + pass.ChunkRows - 1) / pass.ChunkRows;
            pass.BeginSegment(batch, segment, segmentRows, parts);
            for (int chunk = 0, first = 0; chunk < chunks; chunk++)
            {
                int end = (int)((long)segmentRows * (chunk + 1) / chunks), rows = end - first;
                if (parts == Part.All)
                {
                    pass.Run(batch, segment + first, rows);
                }
                else
                {
                    pass.RunCandidates(batch, segment + first, rows);
                }

                Predict(pass, destination.Slice(segment + first, rows));
                first = end;
            }
        }
    }

    private static void Predict(ForwardPass pass, Span<Prediction> destination)
    {
        ReadOnlySpan<float> a = pass.Workspace.Logits(EsmmModel.Ctr), b = pass.Workspace.Logits(EsmmModel.Cvr);
        for (int r = 0; r < destination.Length; r++)
        {
            SigmoidProduct.Predict(a[r], b[r], out double p, out double q, out double t);
            destination[r] = new Prediction((float)p, (float)q, (float)t);
        }
    }
}

/// <summary>Memory of one thread for scoring batches.</summary>
public sealed class ScoringWorkspace
{
    private readonly EsmmScorer _owner;

    internal ScoringWorkspace(EsmmScorer owner, ForwardPass pass) => (_owner, Pass) = (owner, pass);

    internal ForwardPass Pass { get; }

    internal void RequireOf(EsmmScorer scorer)
    {
        if (_owner != scorer)
        {
            throw new EsmmException(EsmmErrorKind.Usage, "the workspace belongs to another scorer", hint: "Create one with this scorer's CreateWorkspace.");
        }
    }
}
