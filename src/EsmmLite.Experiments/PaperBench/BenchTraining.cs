using EsmmLite.Features;
using EsmmLite.Model;
using EsmmLite.Scoring;
using EsmmLite.Training;

namespace EsmmLite.Experiments.PaperBench;

/// <summary>
/// Trains each method on one log: objective, row sampling and tables are all that differ. The CTR network is trained once and serves
/// every method: as factor of CTCVR, as propensity of UNBIAS, as divisor of DIVISION.
/// </summary>
public sealed class BenchTraining
{
    private readonly BenchLog _log;
    private readonly BenchSettings _settings;
    private readonly ulong _seed;
    private readonly CancellationToken _token;
    private readonly Lazy<EsmmModel> _ctr;
    private readonly Lazy<float[]> _testPCtr;

    /// <summary>Prepares; networks are trained when they are asked for.</summary>
    /// <param name="log">The log.</param>
    /// <param name="settings">Shape and training.</param>
    /// <param name="seed">Seed of initial weights, orders and draws.</param>
    /// <param name="token">Stops between two steps.</param>
    public BenchTraining(BenchLog log, BenchSettings settings, ulong seed, CancellationToken token = default)
    {
        ArgumentNullException.ThrowIfNull(log);
        ArgumentNullException.ThrowIfNull(settings);
        (_log, _settings, _seed, _token) = (log, settings, seed, token);
        _ctr = new Lazy<EsmmModel>(TrainCtr);
        _testPCtr = new Lazy<float[]>(() => [.. OwnLossTraining.Score(_ctr.Value, _log.Test).Select(p => p.PCtr)]);
    }

    /// <summary>pCTR of the test impressions, by the common CTR network.</summary>
    public ReadOnlySpan<float> TestPCtr => _testPCtr.Value;

    /// <summary>Trains a method and predicts the conversion rate of the test impressions.</summary>
    /// <param name="method">The method.</param>
    /// <param name="variant">Its free number, if it has one.</param>
    /// <returns>pCVR of each; of DIVISION a ratio that may exceed 1.</returns>
    public float[] TestPCvr(BenchMethod method, double variant) => PCvr(method, variant, _log.Test);

    /// <summary>The variant of a method whose pCVR ranks the clicked validation impressions best.</summary>
    public double BestVariant(BenchMethod method)
    {
        ArgumentNullException.ThrowIfNull(method);
        return method.Variants.Count == 0 ? 0 : method.Variants.MaxBy(variant => BenchMetrics.ClickedAuc(_log.Validation, PCvr(method, variant, _log.Validation)) ?? 0);
    }

    private float[] PCvr(BenchMethod method, double variant, BenchRows rows)
    {
        ArgumentNullException.ThrowIfNull(method);
        if (method == BenchMethod.Division)
        {
            EsmmModel ctcvr = Train(_log.Space, cvrOnly: true, new SingleTaskObjective(EsmmModel.Cvr, 1, "ctcvr"), new EveryRow(), LossOf.Conversion, clickedOnly: false);
            Prediction[] joint = OwnLossTraining.Score(ctcvr, rows), click = OwnLossTraining.Score(_ctr.Value, rows);
            return [.. joint.Zip(click, (t, p) => t.PCvr / p.PCtr)];
        }

        if (method == BenchMethod.Esmm || method == BenchMethod.EsmmNs)
        {
            PrivateTables? tables = method == BenchMethod.EsmmNs ? PrivateTables.Of(_log.Space) : null;
            EsmmModel esmm = Train(tables?.Space ?? _log.Space, cvrOnly: false, new EsmmObjective(), new EveryRow(), LossOf.Product, clickedOnly: false, tables);
            return [.. OwnLossTraining.Score(esmm, tables?.Widen(rows) ?? rows).Select(p => p.PCvr)];
        }

        WeightedRows sampling = method == BenchMethod.Aman ? new SampledNegatives(variant, _seed)
            : method == BenchMethod.Oversampling ? new ClickedCopies(variant)
            : method == BenchMethod.Unbias ? new PropensityRejection(new EsmmScorer(_ctr.Value), UnbiasThreshold(), _seed)
            : new ClickedCopies(1);
        EsmmModel cvr = Train(_log.Space, cvrOnly: true, new SingleTaskObjective(EsmmModel.Cvr, 1, "cvr"), sampling, LossOf.Conversion, clickedOnly: method != BenchMethod.Aman);
        return [.. OwnLossTraining.Score(cvr, rows).Select(p => p.PCvr)];
    }

    private EsmmModel TrainCtr()
    {
        EsmmModel model = EsmmModel.Create(_log.Space, _settings.Shape(ctr: true, cvr: false, _seed));
        MemorySource source = Source(_log.Training, false);
        OwnLossTraining.Run(model, _settings.Options(_seed), _settings.Limits(false, source.Rows), (new SingleTaskObjective(EsmmModel.Ctr, 0, "ctr"), new EveryRow(), LossOf.Click), source, _log.Validation, _token);
        return model;
    }

    private EsmmModel Train(FeatureSpace space, bool cvrOnly, Objective objective, WeightedRows rows, LossOf loss, bool clickedOnly, PrivateTables? tables = null)
    {
        // A seed of its own: the common CTR network must not begin with the weights of ESMM's.
        EsmmModel model = EsmmModel.Create(space, _settings.Shape(ctr: !cvrOnly, cvr: true, _seed + 0x9E37));
        BenchRows training = tables?.Widen(_log.Training) ?? _log.Training, validation = tables?.Widen(_log.Validation) ?? _log.Validation;
        MemorySource source = Source(training, clickedOnly);
        OwnLossTraining.Run(model, _settings.Options(_seed), _settings.Limits(clickedOnly, source.Rows), (objective, rows, loss), source, validation, _token);
        return model;
    }

    private MemorySource Source(BenchRows rows, bool clickedOnly) => new(rows, _seed, clickedOnly);

    private double UnbiasThreshold()
    {
        Prediction[] all = OwnLossTraining.Score(_ctr.Value, _log.Training);
        float[] clicked = [.. all.Where((_, r) => _log.Training.Labels(0)[r] != 0).Select(p => p.PCtr).Order()];
        return clicked.Length == 0 ? 1 : clicked[(int)(_settings.UnbiasQuantile * (clicked.Length - 1))];
    }
}
