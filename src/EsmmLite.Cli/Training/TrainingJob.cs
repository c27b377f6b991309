using System.Diagnostics;
using System.Text;
using EsmmLite.Cli.Terminal;
using EsmmLite.Diagnostics;
using EsmmLite.Evaluation;
using EsmmLite.Features;
using EsmmLite.Formats;
using EsmmLite.Formats.Packed;
using EsmmLite.Model;
using EsmmLite.Training;

namespace EsmmLite.Cli.Training;

/// <summary>Trains a model on prepared data and saves it; what was at the path before stays until the new file is whole.</summary>
internal static class TrainingJob
{
    public static TrainingOutcome Run(EsmmConfig config, PackedData data, string path, int threads, ProgressBoard board, SpeedTable speed, CancellationToken token)
    {
        Warn(data, board);
        EsmmModel model = EsmmModel.Create(data.Space, config.Model);
        model.Info = new ModelInfo { ConfigJson = config.ToJson(), DataFingerprint = data.Fingerprint, DataSelection = data.Selection };
        string full = Path.GetFullPath(path);
        string best = Path.Combine(Path.GetDirectoryName(full)!, "." + Path.GetFileName(full) + ".best");
        var source = new TimedSource(new ShuffledSource(data.Training, config.Training.Seed));
        var time = Stopwatch.StartNew();
        try
        {
            TrainingResult result;
            HistoryWeights? history = config.Training.Loss.History is { } past ? HistoryWeights.Build(model.Space, new SequentialSource(data.Training), past) : null;
            using (var trainer = new Trainer(model, config.Training, threads, sampling: history))
            {
                board.Line(LossLine.Of(trainer));
                using ProgressPhase phase = board.Begin("training");
                SequentialSource? validation = data.Validation is null ? null : new SequentialSource(data.Validation);
                result = trainer.Fit(source, validation, new TrainingView(board, phase, config.Training), best, token);
            }

            source.AddTo(speed);
            GateLines.Write(model, data.Validation ?? data.Training, board);
            EvaluationReport? metrics = BestOf(result)?.Validation;
            model.Info = model.Info with { MetricsJson = metrics?.ToJson() };
            string digest = model.Save(path);
            return new TrainingOutcome(path, digest, data.Fingerprint, result, metrics, data.TrainingCounts, data.ValidationCounts, data.BadRows, speed, time.Elapsed);
        }
        finally
        {
            File.Delete(best);
        }
    }

    /// <summary>The epoch whose weights the model holds.</summary>
    public static EpochResult? BestOf(TrainingResult result) => result.Epochs.FirstOrDefault(epoch => epoch.Epoch == result.KeptEpoch) ?? result.Epochs.LastOrDefault();

    private static void Warn(PackedData data, ProgressBoard board)
    {
        if (data.Validation is null)
        {
            board.Line("note: no validation data, so no metrics. See --valid and --holdout.");
        }

        if (data.Selection is not null)
        {
            board.Line("rows used: " + data.Selection);
        }

        foreach ((string reason, long count) in data.TrainingCounts.Hidden)
        {
            board.Line("note: " + Show.Count(count) + " labels of the training part count as 0: " + reason);
        }

        foreach (VocabularyEncoder encoder in data.Space.Encoders.OfType<VocabularyEncoder>().Where(encoder => encoder.Field.FixedAtServing is { } text && encoder.IdOf(Encoding.UTF8.GetBytes(text)) == 0))
        {
            board.Line("warning: field " + ErrorText.Quote(encoder.Field.Name) + " is served as " + ErrorText.Quote(encoder.Field.FixedAtServing) + ", which is no entry of its vocabulary: every score will be that of an unknown value.");
        }

        if (data.TrainingCounts.Reached.Any(count => count == 0))
        {
            board.Line("warning: the training log has " + Show.Count(data.TrainingCounts.Reached[0]) + " clicks and " + Show.Count(data.TrainingCounts.Reached[^1])
                + " conversions; without both, pCVR means nothing. Are the label columns right?");
        }
    }
}
