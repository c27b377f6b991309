using EsmmLite.Features;
using EsmmLite.Model;
using EsmmLite.Tests.Model;
using EsmmLite.Training;

namespace EsmmLite.Tests.Training;

/// <summary>One small training run, which can be cancelled before any step and go on: epochs that end in a part of a batch, weights that come back from an earlier epoch.</summary>
internal static class CheckpointRun
{
    public const int Batch = 64, Steps = 45;

    private static readonly ImpressionBatch Rows = SmallModels.Batch(Create().Space, 300, 3), Held = SmallModels.Batch(Create().Space, 200, 4);

    public static EsmmModel Create() => SmallModels.Create("allCrosses");

    public static TrainingOptions Options { get; } = new() { Batch = Batch, Epochs = 9, LearningRate = 0.1, EarlyStopping = new EarlyStopping("ctr.auc", 6) };

    /// <summary>Trains to the end, or until a number of steps; then it is cancelled.</summary>
    public static Outcome Run(Trainer trainer, CheckpointFolder? folder = null, int cancelAfter = int.MaxValue)
    {
        using CancellationTokenSource cancel = new();
        TrainingResult result = trainer.Fit(new Cancelling(trainer, cancel, cancelAfter), new MemorySource(Held), checkpoints: folder, token: cancel.Token);
        return new Outcome(trainer.StateDigest(), trainer.Model.Info.TrainStep, result.KeptEpoch, result.StoppedEarly, string.Join('\n', result.Epochs.Select(Text)));
    }

    public static Trainer New(int threads = 1, TrainingOptions? options = null) => new(Create(), options ?? Options, threads);

    private static string Text(EpochResult epoch) => epoch.Epoch + " " + epoch.Steps + " " + string.Join(' ', epoch.Losses.Select(loss => loss.Name + loss.Value.ToString("R", null))) + epoch.Validation!.ToJson() + epoch.Validation.Cvr.Rows + epoch.Validation.Cvr.Positives;

    /// <summary>What two runs must share.</summary>
    internal sealed record Outcome(string State, long TrainStep, int KeptEpoch, bool StoppedEarly, string Epochs);

    private sealed class Cancelling(Trainer trainer, CancellationTokenSource cancel, int after) : IImpressionSource
    {
        private readonly MemorySource _rows = new(CheckpointRun.Rows);

        public long Rows => _rows.Rows;

        public void StartEpoch(int epoch) => _rows.StartEpoch(epoch);

        public bool Fill(ImpressionBatch batch)
        {
            if (trainer.Steps >= after)
            {
                cancel.Cancel();
            }

            return _rows.Fill(batch);
        }
    }
}
