using EsmmLite.Model;
using EsmmLite.Persistence;

namespace EsmmLite.Training;

/// <content>Checkpoints: docs/checkpoints.md.</content>
public sealed partial class Trainer
{
    private TrainingState _state;
    private TensorFile? _resumedFrom; // open while its best weights are still needed
    private bool _resumed;
    private BestModel? _best;

    /// <summary>Where training stands in its data: kept by <see cref="Fit"/>, and by a checkpoint.</summary>
    public TrainingPosition Position => _state.Position;

    /// <summary>What the checkpoint that training goes on from was made from.</summary>
    internal IReadOnlyList<CheckpointInput> Inputs { get; private set; } = [];

    /// <summary>
    /// Saves all that training needs to go on to the same bits: weights, what the optimizer remembers, step, place in the data, losses and metrics so far, the
    /// best weights. Atomic: the target holds either what it held before or the whole checkpoint.
    /// </summary>
    /// <param name="path">The file.</param>
    /// <param name="position">Where a loop of your own stands in its data; <see cref="Position"/> unless given.</param>
    /// <returns>The file's digest, lower-case hexadecimal.</returns>
    /// <exception cref="EsmmException">The file can't be written; or early stopping has best weights, which are there only while <see cref="Fit"/> runs.</exception>
    public string SaveCheckpoint(string path, TrainingPosition? position = null)
    {
        ArgumentNullException.ThrowIfNull(path);
        if (position is { } place)
        {
            (_state.Epoch, _state.Visited) = place;
        }

        return SaveCheckpoint(path, [], DiskFiles.Machine);
    }

    internal string SaveCheckpoint(string path, IReadOnlyList<CheckpointInput> inputs, DiskFiles files)
    {
        IReadOnlyList<double>? weighting = _weighting?.State;
        if (_weighting is not null && weighting is null)
        {
            throw new EsmmException(EsmmErrorKind.Usage, "the loss weighting does not say what it has learned", _weighting.GetType().Name + ".State", "a weighting whose State and Restore are there, or a run without checkpoints");
        }

        if (_state.BestEpoch > 0 && _best is null)
        {
            throw new EsmmException(EsmmErrorKind.Usage, "the best weights so far are no longer there", "SaveCheckpoint", "a call while Fit runs", "Give Fit a CheckpointFolder.");
        }

        CheckpointProgress progress = new(Options, Objective.Losses, Steps, _optimizer.Powers, _optimizer.Epochs, _state, inputs, weighting);
        return CheckpointFile.Save(path, Model, _optimizer, progress, _state.BestEpoch > 0 ? _best!.Path : null, files);
    }

    /// <summary>
    /// A trainer, with its model, that stands where a checkpoint was saved. <see cref="Fit"/> goes on from there and reaches the same bits as if
    /// it had never been interrupted; a loop of your own begins at <see cref="Position"/>.
    /// </summary>
    /// <param name="path">The checkpoint.</param>
    /// <param name="threads">Number of threads; 0 for one a processor. It need not be the same as before.</param>
    /// <param name="objective">As for the trainer that saved it; one with other losses is refused.</param>
    /// <param name="sampling">As for the trainer that saved it.</param>
    /// <param name="combiner">As for the trainer that saved it; one with a state of its own must keep that itself.</param>
    /// <param name="weighting">As for the trainer that saved it, as it was created; it is told what it had learned.</param>
    /// <exception cref="EsmmException">The file is damaged, foreign or inconsistent (<see cref="EsmmErrorKind.ModelFile"/>), or the objective is another.</exception>
    public static Trainer Resume(string path, int threads = 0, Objective? objective = null, RowSampling? sampling = null, GradientCombiner? combiner = null, LossWeighting? weighting = null)
    {
        ArgumentNullException.ThrowIfNull(path);
        TensorFile file = TensorFile.Open(path);
        Trainer? trainer = null;
        try
        {
            (EsmmModel model, CheckpointProgress progress) = EsmmModel.AsModelFile(path, () =>
            {
                CheckpointProgress read = CheckpointFile.Progress(file);
                return (CheckpointFile.Model(file, read.State.BestEpoch > 0), read);
            });
            trainer = EsmmModel.AsModelFile(path, () => new Trainer(model, progress.Options, threads, objective, sampling, combiner, weighting));
            if (!trainer.Objective.Losses.SequenceEqual(progress.Losses))
            {
                throw new EsmmException(EsmmErrorKind.ModelFile, "the checkpoint's losses are " + string.Join(", ", progress.Losses), path, string.Join(", ", trainer.Objective.Losses) + ", those of the objective", "Give the objective that the checkpoint was saved with.");
            }

            RestoreWeighting(trainer._weighting, progress.Weighting, path);
            CheckpointFile.ReadState(file, model, trainer._optimizer, progress);
            (trainer._state, trainer._resumed, trainer.Inputs) = (progress.State, true, progress.Inputs);
            trainer._work.PrepareBackward();
            if (progress.State.BestEpoch > 0)
            {
                (trainer._resumedFrom, file) = (file, null!);
            }

            return trainer;
        }
        catch
        {
            trainer?.Dispose();
            throw;
        }
        finally
        {
            file?.Dispose();
        }
    }

    private static void RestoreWeighting(LossWeighting? weighting, IReadOnlyList<double>? state, string path)
    {
        bool restored = weighting is null ? state is null : state is not null && weighting.Restore(state);
        if (!restored)
        {
            string what = state is null ? "the checkpoint has no learned weights of losses" : weighting is null ? "the checkpoint has learned weights of losses" : "the checkpoint's learned weights of losses are not those of its weighting";
            throw new EsmmException(EsmmErrorKind.ModelFile, what, path, "the weighting that it was saved with", "The file is damaged, or another LossWeighting was given.");
        }
    }
}
