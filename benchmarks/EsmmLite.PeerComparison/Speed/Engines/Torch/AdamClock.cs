using EsmmLite.Training;

namespace EsmmLite.PeerComparison.Speed.Engines.Torch;

/// <summary>Adam's settings and its global step.</summary>
internal sealed class AdamClock(TrainingOptions options)
{
    /// <summary>The settings.</summary>
    public TrainingOptions Options { get; } = options;

    /// <summary>The step, from 1 once it has begun.</summary>
    public int Step { get; private set; }

    /// <summary>Step size with the first moment's bias corrected.</summary>
    public double Rate => Options.LearningRate / (1 - Math.Pow(Options.Beta1, Step));

    /// <summary>Root of the second moment's correction, by which its root is divided.</summary>
    public double RootOfCorrection => Math.Sqrt(1 - Math.Pow(Options.Beta2, Step));

    /// <summary>Begins the next step.</summary>
    public void Tick() => Step++;
}
