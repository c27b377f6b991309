using EsmmLite.Evaluation;
using EsmmLite.Experiments.PaperBench;
using EsmmLite.Features;
using EsmmLite.Model;
using EsmmLite.Scoring;
using EsmmLite.Training;

namespace EsmmLite.Experiments.FamilyBench;

/// <summary>One network of a variant, ready to be trained on a log.</summary>
internal sealed class FamilyNetwork
{
    private readonly EsmmConfig _config;
    private readonly BenchLog _log;
    private readonly PrivateTables? _tables;
    private readonly ulong _seed;

    /// <summary>Creates the network with its initial weights.</summary>
    /// <param name="config">Its config.</param>
    /// <param name="log">The log.</param>
    /// <param name="tables">Which tables it has.</param>
    /// <param name="seed">Seed of initial weights and orders.</param>
    public FamilyNetwork(EsmmConfig config, BenchLog log, FamilyTableSet tables, ulong seed)
    {
        (_config, _log, _seed) = (config.WithSeed(seed), log, seed);
        _tables = tables == FamilyTableSet.OneEach ? Twice(log.Space) : null;
        Model = EsmmModel.Create(_tables?.Space ?? (tables == FamilyTableSet.Long ? LongTables.Of(log.Space) : log.Space), _config.Model);
    }

    public EsmmModel Model { get; }

    private bool ClickedOnly => _config.Model.Kind == ModelKind.Cvr;

    /// <summary>A trainer of one thread.</summary>
    public Trainer CreateTrainer() => new(Model, _config.Training, 1, sampling: _config.Training.Loss.History is { } history ? HistoryWeights.Build(Model.Space, Training(), history) : null);

    /// <summary>The impressions to train on, in an order of the seed.</summary>
    public MemorySource Training() => new(Rows(_log.Training), _seed, ClickedOnly);

    /// <summary>Impressions as the network reads them.</summary>
    public BenchRows Rows(BenchRows rows) => _tables?.Widen(rows) ?? rows;

    /// <summary>Trains, keeps the weights of the epoch whose validation loss was least, and scores the test impressions.</summary>
    public Prediction[] Run(BenchSettings limits, CancellationToken token)
    {
        string[] losses = _config.Model.Kind switch { ModelKind.Ctr => ["ctr.logLoss"], ModelKind.Cvr => ["cvr.logLoss"], _ => ["ctr.logLoss", "ctcvr.logLoss"] };
        MemorySource validation = new(Rows(_log.Validation), _seed, clickedOnly: false);
        double Loss()
        {
            EvaluationReport report = Validation.Evaluate(Model, validation, threads: 1, token: token);
            return losses.Sum(name => report.Metric(name) ?? double.PositiveInfinity);
        }

        using Trainer trainer = CreateTrainer();
        OwnLossTraining.Run(trainer, ClickedOnly ? (limits.ClickedEpochs, limits.ClickedPatience) : (limits.Epochs, limits.Patience), Training(), Loss, token);
        return OwnLossTraining.Score(Model, Rows(_log.Test));
    }

    private static PrivateTables Twice(FeatureSpace space) =>
        space.Schema.Fields.All(f => f.List is null) && space.Schema.Sequences.Count == 0
            ? EsmmLite.Experiments.PaperBench.PrivateTables.Of(space)
            : throw new EsmmException(EsmmErrorKind.Config, "tables are doubled of fields of one value only", "fields");
}
