using EsmmLite.Evaluation;
using EsmmLite.Formats;
using EsmmLite.Formats.BadInput;
using EsmmLite.Training;

namespace EsmmLite.Cli.Training;

/// <summary>What a training run came to.</summary>
/// <param name="Path">The model file.</param>
/// <param name="Digest">Its digest.</param>
/// <param name="Fingerprint">Identifies the training data.</param>
/// <param name="Result">The epochs.</param>
/// <param name="Metrics">The validation metrics of the best epoch; null without validation.</param>
/// <param name="Training">Impressions trained on.</param>
/// <param name="Validation">Impressions validated on; null when there were none.</param>
/// <param name="ConversionStage">The label that is the conversion.</param>
/// <param name="BadRows">Rows of the training log, and those that were bad and left out.</param>
/// <param name="Speed">How fast each part of the run was.</param>
/// <param name="Time">How long training took.</param>
internal sealed record TrainingOutcome(
    string Path, string Digest, string Fingerprint, TrainingResult Result, EvaluationReport? Metrics, FunnelCounts Training, FunnelCounts? Validation, int ConversionStage, BadRowCounts BadRows, SpeedTable Speed, TimeSpan Time);
