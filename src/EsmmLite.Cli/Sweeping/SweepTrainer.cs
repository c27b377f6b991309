using System.Text.Json;
using EsmmLite.Cli.Commands;
using EsmmLite.Cli.Terminal;
using EsmmLite.Cli.Training;
using EsmmLite.Evaluation;
using EsmmLite.Experiments.Sweeping;
using EsmmLite.Formats;
using EsmmLite.Formats.Packed;
using EsmmLite.Model;
using EsmmLite.Training;

namespace EsmmLite.Cli.Sweeping;

/// <summary>Trains the configs of a sweep on one log. Configs of equal fields share the encoded log.</summary>
internal sealed class SweepTrainer(TrainingInput input, ProgressBoard board, CancellationToken token) : IDisposable
{
    public static readonly IReadOnlyList<string> MetricNames = ["ctr.auc", "ctr.logLoss", "cvr.auc", "cvr.logLoss", "ctcvr.auc", "ctcvr.logLoss"];

    private readonly Dictionary<string, EsmmConfig> _configs = [];
    private readonly Dictionary<string, PackedData> _data = [];

    /// <summary>Makes a config ready to be trained under a name.</summary>
    public void Add(string name, EsmmConfig config)
    {
        _configs[name] = config;
        if (!_data.ContainsKey(FieldsOf(config)))
        {
            var own = new TrainingInput(input.Config with { Schema = config.Schema }, input.Log, input.Holdout, input.Valid, input.Files, input.Times);
            _data[FieldsOf(config)] = new DataPreparation(own, board, new SpeedTable(), token).Prepare(null);
        }
    }

    /// <summary>What the data are, for the journal.</summary>
    public string Fingerprint => string.Join(' ', _data.Values.Select(data => data.Fingerprint + " " + data.Selection).Distinct());

    /// <summary>Trains one on a single thread. A training that diverges has no metrics.</summary>
    public SweepOutcome Train(SweepUnit unit)
    {
        EsmmConfig config = _configs[unit.Config].WithSeed(unit.Seed);
        PackedData data = _data[FieldsOf(_configs[unit.Config])];
        try
        {
            using Trainer trainer = new(EsmmModel.Create(data.Space, config.Model), config.Training with { Epochs = unit.Epochs }, threads: 1);
            TrainingResult result = trainer.Fit(new ShuffledSource(data.Training, unit.Seed), new SequentialSource(data.Validation!), token: token);
            return new SweepOutcome(unit, Metrics(TrainingJob.BestOf(result)!.Validation!));
        }
        catch (EsmmException diverged) when (diverged.Kind == EsmmErrorKind.Numeric)
        {
            return new SweepOutcome(unit, new Dictionary<string, double>());
        }
    }

    public void Dispose()
    {
        foreach (PackedData data in _data.Values)
        {
            data.Dispose();
        }
    }

    private static Dictionary<string, double> Metrics(EvaluationReport report)
    {
        using JsonDocument json = JsonDocument.Parse(report.ToJson());
        Dictionary<string, double> metrics = [];
        foreach (string name in MetricNames)
        {
            string[] parts = name.Split('.');
            if (json.RootElement.GetProperty(parts[0]).TryGetProperty(parts[1], out JsonElement value) && value.ValueKind == JsonValueKind.Number)
            {
                metrics[name] = value.GetDouble();
            }
        }

        return metrics;
    }

    // Shape and training play no part in how a log is encoded.
    private string FieldsOf(EsmmConfig config) => (input.Config with { Schema = config.Schema }).ToJson();
}
