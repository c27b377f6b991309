using EsmmLite.Evaluation;
using EsmmLite.Model;

namespace EsmmLite.Training;

/// <summary>Keeps the best weights so far on disk, and says when patience has run out.</summary>
internal sealed class BestModel(EsmmModel model, EarlyStopping stopping, string? path) : IDisposable
{
    private readonly string _path = path ?? Path.Combine(Path.GetTempPath(), $"esmmlite-best-{Guid.NewGuid():N}.safetensors");
    private readonly bool _larger = EvaluationReport.LargerIsBetter(stopping.Metric);
    private double? _best;
    private int _last;

    /// <summary>The best epoch so far; 0 before the first.</summary>
    internal int Epoch { get; private set; }

    /// <summary>Looks at an epoch's metrics; true when training should stop.</summary>
    internal bool Observe(int epoch, EvaluationReport report)
    {
        _last = epoch;
        double? value = report.Metric(stopping.Metric);
        if (Epoch == 0 || (value is { } now && (_best is not { } before || (_larger ? now > before : now < before))))
        {
            (_best, Epoch) = (value, epoch);
            model.Save(_path);
        }

        return epoch - Epoch >= stopping.Patience;
    }

    /// <summary>Brings the best weights back into the model.</summary>
    internal void Restore()
    {
        if (Epoch > 0 && Epoch != _last)
        {
            model.ReadWeights(_path);
        }
    }

    public void Dispose()
    {
        if (path is null)
        {
            File.Delete(_path);
        }
    }
}
