using EsmmLite.Evaluation;
using EsmmLite.Model;

namespace EsmmLite.Training;

/// <summary>Keeps the best weights so far on disk, and says when patience has run out.</summary>
internal sealed class BestModel(EsmmModel model, EarlyStopping stopping, string? path, TrainingState state) : IDisposable
{
    private readonly bool _larger = EvaluationReport.LargerIsBetter(stopping.Metric);

    /// <summary>Where the best weights are, once there are any.</summary>
    internal string Path { get; } = path ?? System.IO.Path.Combine(System.IO.Path.GetTempPath(), $"esmmlite-best-{Guid.NewGuid():N}.safetensors");

    /// <summary>Looks at an epoch's metrics; true when training should stop.</summary>
    internal bool Observe(int epoch, EvaluationReport report)
    {
        double? value = report.Metric(stopping.Metric);
        if (state.BestEpoch == 0 || (value is { } now && (state.BestValue is not { } before || (_larger ? now > before : now < before))))
        {
            model.Save(Path);
            (state.BestValue, state.BestEpoch) = (value, epoch);
        }

        return epoch - state.BestEpoch >= stopping.Patience;
    }

    /// <summary>Brings the best weights back into the model.</summary>
    internal void Restore()
    {
        if (state.BestEpoch > 0 && state.BestEpoch != state.Epochs.Count)
        {
            model.ReadWeights(Path);
        }
    }

    public void Dispose()
    {
        if (path is null)
        {
            File.Delete(Path);
        }
    }
}
