using EsmmLite.Features;
using EsmmLite.Layers;
using EsmmLite.Memory;
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
    /// <param name="model">The model.</param>
    /// <param name="options">How the scorer keeps the weights; as they are, if null.</param>
    /// <exception cref="EsmmException">A weight is beyond the largest value of the format.</exception>
    public EsmmScorer(EsmmModel model, ScorerOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(model);
        WeightFormat format = options?.Weights ?? WeightFormat.Float32;
        _model = IsNarrow(options) ? model.Narrow() : model.Clone();
        Identity = new ScorerIdentity(null, format, new object());
    }

    private EsmmScorer(string path, ScorerOptions? options)
    {
        EsmmModel model = EsmmModel.Load(path);
        WeightFormat format = options?.Weights ?? WeightFormat.Float32;
        _model = IsNarrow(options) ? model.Narrow() : model;
        Identity = new ScorerIdentity(model.Digest, format, null);
    }

    /// <summary>How values become rows and numbers when serving: fields that are known only afterwards have their fixed value.</summary>
    public FeatureSpace Space => _model.Space.Serving;

    /// <summary>What the model file says about how the model came to be.</summary>
    public ModelInfo Info => _model.Info;

    /// <summary>The label that pCVR and pCTCVR are probabilities of: <see cref="ModelOptions.ConversionStage"/>.</summary>
    public int ConversionStage => _model.ConversionStage;

    /// <summary>Digest of the model file; null if the model was never in a file.</summary>
    public string? Digest => _model.Digest;

    /// <summary>Whose candidates its requests take.</summary>
    internal ScorerIdentity Identity { get; }

    /// <summary>Loads a scorer from a model file, verified byte by byte.</summary>
    /// <param name="path">The file.</param>
    /// <param name="options">How the scorer keeps the weights; as they are in the file, if null.</param>
    /// <exception cref="EsmmException">The file is refused, or a weight is beyond the largest value of the format.</exception>
    public static EsmmScorer Load(string path, ScorerOptions? options = null) => new(path, options);

    /// <summary>What the scorer holds, in bytes, shared by all threads; the memory of each thread is not counted.</summary>
    public IReadOnlyList<MemoryPart> MemoryParts() => _model.MemoryParts();

    /// <summary>Looks a field up, once, for setting its values in requests and batches.</summary>
    /// <param name="name">The field's name.</param>
    /// <exception cref="EsmmException">There is no such field.</exception>
    public FieldKey Field(string name) => Space.Field(name);

    /// <summary>Memory for one thread to score batches with.</summary>
    public ScoringWorkspace CreateWorkspace() => new(this, new ForwardPass(_model));

    /// <summary>A request to be filled with candidates, for one thread; reusable.</summary>
    /// <param name="maxCandidates">The most candidates.</param>
    public RankingRequest CreateRequest(int maxCandidates) => new(this, _model.Bottom.Layout, new ForwardPass(_model), maxCandidates);

    /// <summary>Requests that are lent to a service's threads.</summary>
    /// <param name="maxCandidates">The most candidates of each.</param>
    /// <param name="capacity">How many are kept; as many as threads rank at once.</param>
    public ScoringPool<RankingRequest> CreateRequestPool(int maxCandidates, int capacity)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(maxCandidates);
        return new(() => CreateRequest(maxCandidates), capacity);
    }

    /// <summary>Workspaces that are lent to a service's threads.</summary>
    /// <param name="capacity">How many are kept; as many as threads score at once.</param>
    public ScoringPool<ScoringWorkspace> CreateWorkspacePool(int capacity) => new(CreateWorkspace, capacity);

    /// <summary>Scores a batch. Nothing is allocated.</summary>
    /// <param name="batch">Encoded impressions; labels are not looked at.</param>
    /// <param name="workspace">This thread's workspace.</param>
    /// <param name="destination">Room for a prediction of each impression. [batch count]</param>
    /// <returns>The part of the destination that was written.</returns>
    /// <exception cref="EsmmException">
    /// The destination is too short, the workspace in use or another scorer's, an id or a number of the batch not valid, or not the one
    /// that its field is fixed at: nothing was written. Or a logit is not a number, because huge inputs overflowed.
    /// </exception>
    public Span<Prediction> Score(ImpressionBatch batch, ScoringWorkspace workspace, Span<Prediction> destination)
    {
        ArgumentNullException.ThrowIfNull(batch);
        ArgumentNullException.ThrowIfNull(workspace);
        RequireRoom(destination, batch.Count);
        workspace.Enter(this);
        try
        {
            BatchCheck.Require(Space, batch, labels: false);
            BatchCheck.RequireFixed(Space, batch);
            Run(workspace.Pass, batch, Part.All, null, default, destination);
        }
        finally
        {
            workspace.Leave();
        }

        return destination[..batch.Count];
    }

    /// <summary>Scores the candidates of a request, its own part computed once. Nothing is allocated.</summary>
    /// <param name="request">A request of this scorer.</param>
    /// <param name="destination">Room for a prediction of each candidate. [candidates]</param>
    /// <returns>The part of the destination that was written: pass it to <see cref="Ranking.Top"/>.</returns>
    /// <exception cref="EsmmException">
    /// The destination is too short, or the request in use or another scorer's: nothing was written. Or a logit is not a number,
    /// because huge inputs overflowed.
    /// </exception>
    public Span<Prediction> Score(RankingRequest request, Span<Prediction> destination)
    {
        ArgumentNullException.ThrowIfNull(request);
        RequireRoom(destination, request.Count);
        request.Enter(this);
        try
        {
            ImpressionBatch candidates = request.Prepare();
            BatchCheck.Require(Space, candidates, labels: false);
            request.Pass.RunRequest(request.Shared);
            Run(request.Pass, candidates, Part.Candidate | Part.Spanning, request.Shared, request.Parts, destination);
        }
        finally
        {
            request.Leave();
        }

        return destination[..request.Count];
    }

    private static bool IsNarrow(ScorerOptions? options) => options?.Weights switch
    {
        null or WeightFormat.Float32 => false,
        WeightFormat.BFloat16 => true,
        { } other => throw new EsmmException(EsmmErrorKind.Usage, $"there is no weight format {(int)other}", "ScorerOptions.Weights", "Float32 or BFloat16"),
    };

    private static void RequireRoom(Span<Prediction> destination, int needed)
    {
        if (destination.Length < needed)
        {
            throw new EsmmException(EsmmErrorKind.Usage, $"the destination has room for {destination.Length} predictions", null, $"{needed} or more");
        }
    }

    /// <summary>Segments of rows, and chunks of a segment: as many as needed, and as even as possible.</summary>
    private void Run(ForwardPass pass, ImpressionBatch batch, Part parts, ImpressionBatch? request, ReadOnlySpan<float[]?> candidateParts, Span<Prediction> destination)
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
                    pass.RunCandidates(batch, segment + first, rows, candidateParts.Slice(segment + first, rows));
                }

                Predict(pass, batch, segment + first, request, destination.Slice(segment + first, rows));
                first = end;
            }
        }
    }

    private void Predict(ForwardPass pass, ImpressionBatch batch, int firstRow, ImpressionBatch? request, Span<Prediction> destination)
    {
        if (_model.Head != Head.Product)
        {
            PredictByHead(pass, firstRow, destination);
            return;
        }

        ReadOnlySpan<float> a = pass.Workspace.Logits(EsmmModel.Ctr), b = pass.Workspace.Logits(EsmmModel.Cvr);
        for (int r = 0; r < destination.Length; r++)
        {
            if (float.IsNaN(a[r]) || float.IsNaN(b[r]))
            {
                throw new EsmmException(EsmmErrorKind.Numeric, $"the {(float.IsNaN(a[r]) ? "CTR" : "CVR")} logit is not a number", $"row {firstRow + r}", hint: "A numeric input is so large that the network overflowed: give its field a clip.");
            }
        }

        if (_model.Calibration is null)
        {
            PredictionRows.Fill(a, b, destination);
            return;
        }

        for (int r = 0; r < destination.Length; r++)
        {
            double ctr = a[r], cvr = b[r];
            _model.Calibration.Apply(_model.SegmentOf(batch, firstRow + r, request), ref ctr, ref cvr);
            SigmoidProduct.Predict(ctr, cvr, out double p, out double q, out double t);
            destination[r] = new Prediction((float)p, (float)q, (float)t);
        }
    }

    private void PredictByHead(ForwardPass pass, int firstRow, Span<Prediction> destination)
    {
        Span<double> logits = stackalloc double[pass.Tasks];
        for (int r = 0; r < destination.Length; r++)
        {
            for (int task = 0; task < logits.Length; task++)
            {
                logits[task] = pass.Workspace.Logits(task)[r];
                if (double.IsNaN(logits[task]))
                {
                    throw new EsmmException(EsmmErrorKind.Numeric, $"logit {task} is not a number", $"row {firstRow + r}", hint: "A numeric input is so large that the network overflowed: give its field a clip.");
                }
            }

            _model.Head.Predict(logits, out double p, out double q, out double t);
            destination[r] = new Prediction((float)p, (float)q, (float)t);
        }
    }
}
