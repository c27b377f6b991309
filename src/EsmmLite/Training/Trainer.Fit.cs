using EsmmLite.Evaluation;
using EsmmLite.Features;

namespace EsmmLite.Training;

/// <content>Training over epochs.</content>
public sealed partial class Trainer
{
    private const int StepsBetweenReports = 16;

    /// <summary>Trains until the epochs, the steps or the patience run out, whichever comes first.</summary>
    /// <param name="training">Impressions to train on.</param>
    /// <param name="validation">Impressions to validate on after each epoch; needed for early stopping.</param>
    /// <param name="progress">Told every few steps and after each epoch.</param>
    /// <param name="bestPath">Where the best weights so far are kept, with early stopping; a temporary file if null.</param>
    /// <param name="token">Stops between two steps.</param>
    /// <returns>What happened. With early stopping the model holds the weights of the best epoch.</returns>
    public TrainingResult Fit(IImpressionSource training, IImpressionSource? validation = null, IProgress<TrainingProgress>? progress = null, string? bestPath = null, CancellationToken token = default)
    {
        ArgumentNullException.ThrowIfNull(training);
        if (Options.EarlyStopping is not null && validation is null)
        {
            throw new EsmmException(EsmmErrorKind.Usage, "early stopping needs validation data", "training.earlyStopping", "a validation source", "Give --valid or --holdout, or remove earlyStopping from the config.");
        }

        BestModel? best = Options.EarlyStopping is { } stopping ? new BestModel(Model, stopping, bestPath) : null;
        List<EpochResult> epochs = [];
        bool stoppedEarly = false;
        try
        {
            // Weights may have been changed from outside since the last step.
            _work.PrepareBackward();
            ImpressionBatch batch = Model.Space.CreateBatch(Options.Batch);
            for (int epoch = 0; epoch < Options.Epochs && !LastStepTaken && !stoppedEarly; epoch++)
            {
                Epoch = epoch;
                IReadOnlyList<LossValue> losses = RunEpoch(training, epoch, batch, progress, token);
                Settle();
                EvaluationReport? report = validation is null ? null : Validation.Evaluate(Model, validation, threads: _work.Threads, token: token);
                epochs.Add(new EpochResult(epoch + 1, Steps, losses, report));
                progress?.Report(new TrainingProgress(epoch + 1, Options.Epochs, Steps, training.Rows, training.Rows, losses, true, report));
                stoppedEarly = best?.Observe(epoch + 1, report!) ?? false;
            }

            Model.Info = Model.Info with { TrainStep = Steps };
            best?.Restore();
            _work.PrepareBackward();
        }
        finally
        {
            best?.Dispose();
        }

        return new TrainingResult(epochs, best?.Epoch ?? epochs.Count, stoppedEarly, Steps);
    }

    private bool LastStepTaken => Options.Steps is { } most && Steps >= most;

    private IReadOnlyList<LossValue> RunEpoch(IImpressionSource training, int epoch, ImpressionBatch batch, IProgress<TrainingProgress>? progress, CancellationToken token)
    {
        double[] sums = new double[_losses.Length];
        long seen = 0, sinceReport = 0;
        training.StartEpoch(epoch);
        while (!LastStepTaken && training.Fill(batch))
        {
            token.ThrowIfCancellationRequested();
            Step(batch);
            seen += batch.Count;
            for (int l = 0; l < sums.Length; l++)
            {
                sums[l] += _losses[l] * batch.Count;
            }

            if (progress is not null && ++sinceReport % StepsBetweenReports == 0)
            {
                progress.Report(new TrainingProgress(epoch + 1, Options.Epochs, Steps, seen, training.Rows, Means(sums, seen), false, null));
            }
        }

        return seen > 0 ? Means(sums, seen) : throw new EsmmException(EsmmErrorKind.Data, "there is no impression to train on", "training data", "at least one impression", "Look at the dropped rows and at the holdout.");
    }

    private LossValue[] Means(double[] sums, long seen) => [.. Objective.Losses.Select((name, l) => new LossValue(name, sums[l] / seen))];
}
