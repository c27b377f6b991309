using EsmmLite.Evaluation;

namespace EsmmLite.Training;

/// <summary>A loss of the objective and its mean.</summary>
/// <param name="Name">Such as <c>ctr</c>.</param>
/// <param name="Value">In nats.</param>
public readonly record struct LossValue(string Name, double Value);

/// <summary>Where training stands.</summary>
/// <param name="Epoch">The epoch, from 1.</param>
/// <param name="Epochs">The most epochs.</param>
/// <param name="Step">Steps taken.</param>
/// <param name="Impressions">Impressions seen in this epoch.</param>
/// <param name="ImpressionsInEpoch">Impressions of an epoch; 0 if the source does not know.</param>
/// <param name="Losses">Running means over the epoch, taken before each update.</param>
/// <param name="EpochEnded">Whether this is the one report of an epoch's end.</param>
/// <param name="Validation">Set at the end of an epoch with validation data.</param>
public sealed record TrainingProgress(int Epoch, int Epochs, long Step, long Impressions, long ImpressionsInEpoch, IReadOnlyList<LossValue> Losses, bool EpochEnded, EvaluationReport? Validation);

/// <summary>One epoch's outcome.</summary>
/// <param name="Epoch">From 1.</param>
/// <param name="Steps">Steps taken in all at its end.</param>
/// <param name="Losses">Means over the epoch, taken before each update.</param>
/// <param name="Validation">Metrics on the validation data.</param>
public sealed record EpochResult(int Epoch, long Steps, IReadOnlyList<LossValue> Losses, EvaluationReport? Validation);

/// <summary>What <see cref="Trainer.Fit"/> did.</summary>
/// <param name="Epochs">Each epoch's outcome.</param>
/// <param name="KeptEpoch">The epoch whose weights the model holds: the best by the stopping metric, or the last without early stopping.</param>
/// <param name="StoppedEarly">Whether patience ran out.</param>
/// <param name="Steps">Steps taken.</param>
public sealed record TrainingResult(IReadOnlyList<EpochResult> Epochs, int KeptEpoch, bool StoppedEarly, long Steps);
