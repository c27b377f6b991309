using EsmmLite.Features;
using EsmmLite.Kernels;
using EsmmLite.Scoring;
using EsmmLite.Training;

namespace EsmmLite.Experiments.PaperBench;

/// <summary>A row sampling that also says what weight a row has on average: that is what its validation loss is weighted by.</summary>
public abstract class WeightedRows : RowSampling
{
    /// <summary>Mean weight of each row.</summary>
    /// <param name="batch">Encoded impressions with labels.</param>
    /// <param name="destination">Weights. [batch count]</param>
    public abstract void Expect(ImpressionBatch batch, Span<float> destination);

    /// <inheritdoc/>
    public override void Weigh(ImpressionBatch batch, int loss, Span<float> destination) => Expect(batch, destination);
}

/// <summary>Every impression, weight 1: CTR, CTCVR and ESMM.</summary>
public sealed class EveryRow : WeightedRows
{
    /// <inheritdoc/>
    public override void Expect(ImpressionBatch batch, Span<float> destination) => destination.Fill(1);
}

/// <summary>Clicked impressions only, converted ones as often as <paramref name="copies"/> says: BASE with 1, OVERSAMPLING with more.</summary>
/// <param name="copies">How often a converted impression counts.</param>
public sealed class ClickedCopies(double copies) : WeightedRows
{
    /// <inheritdoc/>
    public override void Expect(ImpressionBatch batch, Span<float> destination)
    {
        ArgumentNullException.ThrowIfNull(batch);
        for (int r = 0; r < destination.Length; r++)
        {
            destination[r] = batch.Labels(0)[r] == 0 ? 0 : batch.Labels(1)[r] != 0 ? (float)copies : 1;
        }
    }
}

/// <summary>A row sampling that keeps a row or leaves it out, drawn anew every time.</summary>
/// <param name="seed">Seed of the draws.</param>
public abstract class DrawnRows(ulong seed) : WeightedRows
{
    private SplitMix _random = new(seed);

    /// <inheritdoc/>
    public override void Weigh(ImpressionBatch batch, int loss, Span<float> destination)
    {
        Expect(batch, destination);
        for (int r = 0; r < destination.Length; r++)
        {
            destination[r] = destination[r] >= 1 || (destination[r] > 0 && _random.NextSingle() < destination[r]) ? 1 : 0;
        }
    }
}

/// <summary>AMAN, all missing as negative: clicked impressions, and unclicked ones sampled as if they had not converted.</summary>
/// <param name="rate">The share of unclicked impressions that is taken.</param>
/// <param name="seed">Seed of the draws.</param>
public sealed class SampledNegatives(double rate, ulong seed) : DrawnRows(seed)
{
    /// <inheritdoc/>
    public override void Expect(ImpressionBatch batch, Span<float> destination)
    {
        ArgumentNullException.ThrowIfNull(batch);
        for (int r = 0; r < destination.Length; r++)
        {
            destination[r] = batch.Labels(0)[r] != 0 ? 1 : (float)rate;
        }
    }
}

/// <summary>
/// UNBIAS: clicked impressions, kept with probability min(1, τ / pCTR). What is kept is distributed over the observed fields as all
/// impressions are, up to the cap: inverse propensity by rejection.
/// </summary>
public sealed class PropensityRejection : DrawnRows
{
    private readonly EsmmScorer _ctr;
    private readonly ScoringWorkspace _workspace;
    private Prediction[] _predictions = [];
    private readonly double _threshold;

    /// <summary>Prepares.</summary>
    /// <param name="ctr">The CTR model whose pCTR is the propensity.</param>
    /// <param name="threshold">τ: impressions of a pCTR below it are always kept.</param>
    /// <param name="seed">Seed of the draws.</param>
    public PropensityRejection(EsmmScorer ctr, double threshold, ulong seed)
        : base(seed)
    {
        ArgumentNullException.ThrowIfNull(ctr);
        (_ctr, _threshold, _workspace) = (ctr, threshold, ctr.CreateWorkspace());
    }

    /// <inheritdoc/>
    public override void Expect(ImpressionBatch batch, Span<float> destination)
    {
        ArgumentNullException.ThrowIfNull(batch);
        if (_predictions.Length < batch.Count)
        {
            _predictions = new Prediction[batch.Count];
        }

        _ctr.Score(batch, _workspace, _predictions);
        for (int r = 0; r < destination.Length; r++)
        {
            destination[r] = batch.Labels(0)[r] == 0 ? 0 : (float)Math.Min(1, _threshold / _predictions[r].PCtr);
        }
    }
}
