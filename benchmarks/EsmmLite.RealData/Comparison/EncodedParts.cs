using EsmmLite.Evaluation;
using EsmmLite.Features;
using EsmmLite.Formats;
using EsmmLite.Formats.Packed;
using EsmmLite.Model;
using EsmmLite.Training;

namespace EsmmLite.RealData.Comparison;

/// <summary>The three parts of a log, encoded for a schema: any number of models can be trained and tested on them.</summary>
internal sealed class EncodedParts : IDisposable
{
    private const string Criterion = "ctcvr.logLoss";

    private readonly FeatureSpace _space;
    private readonly PackedParts _training;
    private readonly PackedParts _validation;
    private readonly PackedParts _test;

    /// <param name="logs">The parts.</param>
    /// <param name="schema">The schema that is learned from the first.</param>
    /// <param name="seed">The seed of what is learned.</param>
    /// <param name="asLogged">Whether fields that are known only afterwards have their logged values in the test part, not those they are served with.</param>
    public EncodedParts(ThreeParts logs, Schema schema, ulong seed, bool asLogged = false)
    {
        _space = LogSurvey.Run(logs.Training, schema, seed: seed).Space;
        _training = PackedParts.Pack(logs.Training, _space);
        _validation = PackedParts.Pack(logs.Validation, _space);
        _test = PackedParts.Pack(logs.Test, asLogged ? _space : _space.Serving);
        FunnelCounts[] counts = [_training.TrainingCounts, _validation.TrainingCounts, _test.TrainingCounts];
        Counts = (counts.Sum(c => c.Impressions), counts.Sum(c => c.Reached[0]), counts.Sum(c => c.Reached[^1]));
    }

    /// <summary>Impressions, clicks and conversions of all parts together.</summary>
    public (long Impressions, long Clicks, long Conversions) Counts { get; }

    /// <summary>Trains a model and measures it on the test part, which takes no part in training, stopping or encoding.</summary>
    public Trained Train(ModelOptions options, TrainingOptions how)
    {
        EsmmModel model = EsmmModel.Create(_space, options);
        using var trainer = new Trainer(model, how, threads: 1);
        TrainingResult result = trainer.Fit(new ShuffledSource(_training.Training, how.Seed), new SequentialSource(_validation.Training));
        EvaluationReport report = Validation.Evaluate(model, new SequentialSource(_test.Training), threads: 1);
        return new Trained(report, result.KeptEpoch, how.LearningRate, result.Epochs[result.KeptEpoch - 1].Validation!.Metric(Criterion)!.Value);
    }

    public void Dispose()
    {
        _training.Dispose();
        _validation.Dispose();
        _test.Dispose();
    }
}
