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
    /// <param name="checkpoints">Where training is saved every so often, and when it is cancelled; null for nowhere.</param>
    /// <param name="token">Stops between two steps.</param>
    /// <returns>What happened, before an interruption too. With early stopping the model holds the weights of the best epoch.</returns>
    public TrainingResult Fit(IImpressionSource training, IImpressionSource? validation = null, IProgress<TrainingProgress>? progress = null, string? bestPath = null, CheckpointFolder? checkpoints = null, CancellationToken token = default)
    {
        ArgumentNullException.ThrowIfNull(training);
        if (Options.EarlyStopping is not null && validation is null)
        {
            throw new EsmmException(EsmmErrorKind.Usage, "early stopping needs validation data", "training.earlyStopping", "a validation source", "Give Fit a second source (esmm train: --valid or --holdout), or remove earlyStopping from the config.");
        }

        TrainingState state = _resumed ? _state : _state = new TrainingState(_losses.Length);
        _resumed = false;
        _best = Options.EarlyStopping is { } stopping ? new BestModel(Model, stopping, bestPath, state) : null;
        try
        {
            TakeBestOfCheckpoint();

            // Weights may have been changed from outside since the last step.
            _work.PrepareBackward();
            ImpressionBatch batch = Model.Space.CreateBatch(Options.Batch);

            // An epoch that was begun is ended: it may only lack its validation.
            while (state.Visited > 0 || (state.Epoch < Options.Epochs && !LastStepTaken && !state.StoppedEarly))
            {
                Epoch = state.Epoch;
                IReadOnlyList<LossValue> losses = RunEpoch(training, state, batch, progress, checkpoints, token);
                Settle();
                EvaluationReport? report = validation is null ? null : Validation.Evaluate(Model, validation, threads: _work.Threads, token: token);
                state.StoppedEarly = _best?.Observe(state.Epoch + 1, report!) ?? false;
                state.EndEpoch(new EpochResult(state.Epoch + 1, Steps, losses, report));
                progress?.Report(new TrainingProgress(state.Epoch, Options.Epochs, Steps, training.Rows, training.Rows, losses, true, report));
                SaveIfDue(checkpoints);
            }

            Model.Info = Model.Info with { TrainStep = Steps };
            _best?.Restore();
            _work.PrepareBackward();
            return new TrainingResult(state.Epochs, _best is null ? state.Epochs.Count : state.BestEpoch, state.StoppedEarly, Steps);
        }
        catch (OperationCanceledException) when (checkpoints is not null)
        {
            // Whatever was cancelled, the last step is behind, and the next has not begun.
            checkpoints.Save(this);
            throw;
        }
        finally
        {
            _best?.Dispose();
            _best = null;
        }
    }

    private bool LastStepTaken => Options.Steps is { } most && Steps >= most;

    private IReadOnlyList<LossValue> RunEpoch(IImpressionSource training, TrainingState state, ImpressionBatch batch, IProgress<TrainingProgress>? progress, CheckpointFolder? checkpoints, CancellationToken token)
    {
        long sinceReport = 0;
        if (state.Visited == 0)
        {
            training.StartEpoch(state.Epoch);
        }
        else
        {
            training.GoTo(state.Epoch, state.Visited, batch);
        }

        while (!LastStepTaken && training.Fill(batch))
        {
            token.ThrowIfCancellationRequested();
            Step(batch);
            state.Visited += batch.Count;
            for (int l = 0; l < state.Sums.Length; l++)
            {
                state.Sums[l] += _losses[l] * batch.Count;
            }

            SaveIfDue(checkpoints);
            if (progress is not null && ++sinceReport % StepsBetweenReports == 0)
            {
                progress.Report(new TrainingProgress(state.Epoch + 1, Options.Epochs, Steps, state.Visited, training.Rows, Means(state), false, null));
            }
        }

        return state.Visited > 0 ? Means(state) : throw new EsmmException(EsmmErrorKind.Data, "there is no impression to train on", "training data", "at least one impression", "Look at the dropped rows and at the holdout.");
    }

    private void SaveIfDue(CheckpointFolder? checkpoints)
    {
        if (checkpoints is not null && checkpoints.IsDue(Steps))
        {
            checkpoints.Save(this);
        }
    }

    private void TakeBestOfCheckpoint()
    {
        if (_resumedFrom is { } file)
        {
            _resumedFrom = null;
            using (file)
            {
                CheckpointFile.ExtractBest(file, Model, _best!.Path);
            }
        }
    }

    private LossValue[] Means(TrainingState state) => [.. Objective.Losses.Select((name, l) => new LossValue(name, state.Sums[l] / state.Visited))];
}
