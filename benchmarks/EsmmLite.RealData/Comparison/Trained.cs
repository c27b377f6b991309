using EsmmLite.Evaluation;

namespace EsmmLite.RealData.Comparison;

/// <summary>A trained model's figures.</summary>
/// <param name="Test">On the test part.</param>
/// <param name="Epoch">The epoch whose weights were kept.</param>
/// <param name="Rate">The learning rate.</param>
/// <param name="ValidationLoss">Log loss of CTCVR on the validation part: the only figure that anything may be chosen by.</param>
internal sealed record Trained(EvaluationReport Test, int Epoch, double Rate, double ValidationLoss);
