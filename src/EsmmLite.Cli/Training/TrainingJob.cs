using System.Diagnostics;
using System.Text;
using EsmmLite.Cli.Comparing;
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
    public static TrainingOutcome Run(EsmmConfig config, PackedData data, string path, int threads, ProgressBoard board, SpeedTable speed, CancellationToken token, EsmmModel? initial = null, CheckpointFolder? checkpoints = null)
    {
        Warn(data, config.ConversionStage, board);
        string full = Path.GetFullPath(path);
        string best = Path.Combine(Path.GetDirectoryName(full)!, "." + Path.GetFileName(full) + ".best");
        var source = new TimedSource(new ShuffledSource(data.Training, config.Training.Seed));
        var time = Stopwatch.StartNew();
        try
        {
            EsmmModel model;
            TrainingResult result;
            using (Trainer trainer = GoOn(config, data, threads, board, checkpoints) ?? Begin(config, data, threads, board, initial, checkpoints))
            {
                model = trainer.Model;
                board.Line(LossLine.Of(trainer));
                using ProgressPhase phase = board.Begin("training");
                SequentialSource? validation = data.Validation is null ? null : new SequentialSource(data.Validation);
                result = trainer.Fit(source, validation, new TrainingView(board, phase, config.Training, trainer.Position), best, checkpoints, token);
            }

            source.AddTo(speed);
            GateLines.Write(model, data.Validation ?? data.Training, board);
            EvaluationReport? metrics = BestOf(result)?.Validation;
            model.Info = model.Info with { MetricsJson = metrics?.ToJson(), HistoryJson = TrainingReport.HistoryJson(result) };
            string digest = model.Save(path);
            checkpoints?.Clear();
            return new TrainingOutcome(path, digest, data.Fingerprint, result, metrics, data.TrainingCounts, data.ValidationCounts, config.ConversionStage, data.BadRows, speed, time.Elapsed);
        }
        catch (OperationCanceledException) when (checkpoints?.LastSaved is { } saved)
        {
            throw new InterruptedRun("interrupted; training goes on from " + saved + " when the same command is given with --resume");
        }
        finally
        {
            File.Delete(best);
        }
    }

    private static EsmmModel Create(EsmmConfig config, PackedData data, ProgressBoard board, EsmmModel? initial)
    {
        EsmmModel model = EsmmModel.Create(data.Space, config.Model);
        model.Info = new ModelInfo { ConfigJson = config.ToJson(), DataFingerprint = data.Fingerprint, DataSelection = data.Selection, DataCounts = CountsOf(data.TrainingCounts, config.ConversionStage) };
        foreach (InheritedPart part in initial is null ? [] : model.StartFrom(initial))
        {
            board.Line("initial weights: " + part.Name + ": " + (part.What switch { Inherited.Kept => "kept", Inherited.Grown => "grown", Inherited.New => "new", _ => "dropped" }) + (part.Detail.Length > 0 ? " (" + part.Detail + ")" : ""));
        }

        return model;
    }

    private static Trainer Begin(EsmmConfig config, PackedData data, int threads, ProgressBoard board, EsmmModel? initial, CheckpointFolder? checkpoints)
    {
        EsmmModel model = Create(config, data, board, initial);
        HistoryWeights? history = config.Training.Loss.History is { } past ? HistoryWeights.Build(model.Space, new SequentialSource(data.Training), past) : null;
        if (history is not null && checkpoints is not null)
        {
            throw new EsmmException(EsmmErrorKind.Config, "a run whose rows are weighed by history can't go on from a checkpoint", "loss.history", "a run without checkpoints");
        }

        return new Trainer(model, config.Training, threads, sampling: history);
    }

    /// <summary>The trainer of the newest checkpoint, if the run is to go on from one and there is one.</summary>
    private static Trainer? GoOn(EsmmConfig config, PackedData data, int threads, ProgressBoard board, CheckpointFolder? checkpoints)
    {
        Trainer? trainer = checkpoints?.Resume(threads);
        foreach (EsmmException damaged in checkpoints?.Skipped ?? [])
        {
            board.Line("warning: a checkpoint is left aside: " + damaged.Message);
        }

        if (trainer is null)
        {
            return null;
        }

        string[] changed = [.. JsonDiff.Of(trainer.Model.Info.ConfigJson, config.ToJson()).Select(key => key.Path + " (" + key.Before + ", now " + key.After + ")")];
        if (changed.Length > 0 || trainer.Model.Space.ToJson() != data.Space.ToJson())
        {
            trainer.Dispose();
            throw new EsmmException(EsmmErrorKind.Config, "the config is not what training began with: " + (changed.Length > 0 ? string.Join(", ", changed) : "the order of the fields, or what was learned of them"), checkpoints!.Path,
                "the same config, to go on to the same model", "To begin anew with another one, name another folder; --init-from takes an earlier model's weights.");
        }

        board.Line("going on after step " + Show.Count(trainer.Steps) + ", " + Show.Count(trainer.Position.Impressions) + " impressions into epoch " + Show.Count(trainer.Position.Epoch + 1));
        return trainer;
    }

    /// <summary>The epoch whose weights the model holds.</summary>
    public static EpochResult? BestOf(TrainingResult result) => result.Epochs.FirstOrDefault(epoch => epoch.Epoch == result.KeptEpoch) ?? result.Epochs.LastOrDefault();

    private static DataCounts CountsOf(FunnelCounts counts, int conversionStage) => new(counts.Impressions, counts.Reached[0], counts.Reached[conversionStage]);

    private static void Warn(PackedData data, int conversionStage, ProgressBoard board)
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
            board.Line("warning: the training log has " + Show.Count(data.TrainingCounts.Reached[0]) + " clicks and " + Show.Count(data.TrainingCounts.Reached[conversionStage])
                + " conversions; without both, pCVR means nothing. Are the label columns right?");
        }
    }
}
