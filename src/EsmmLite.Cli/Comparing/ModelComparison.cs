using EsmmLite.Cli.Evaluating;
using EsmmLite.Cli.Terminal;
using EsmmLite.Evaluation;

namespace EsmmLite.Cli.Comparing;

/// <summary>Two models' metrics on the same rows.</summary>
/// <param name="Before">The first model's.</param>
/// <param name="After">The second's.</param>
/// <param name="Differences">After minus before, with paired intervals.</param>
internal sealed record ModelComparison(MetricSet Before, MetricSet After, IReadOnlyList<IntervalEstimate> Differences)
{
    public static ModelComparison Run(EvaluationPlan before, EvaluationPlan after, ProgressBoard board, CancellationToken token)
    {
        int drawings = before.Bootstrap;
        ScoredRows first = Score(before, board, token), second = Score(after, board, token);
        if (!first.Stages.SequenceEqual(second.Stages))
        {
            throw new EsmmException(EsmmErrorKind.Data, "the two models don't keep the same rows or labels of the log", string.Join(", ", before.Log.Files), "equal rows and labels", "Their configs differ in labels, times or the rule for conversions without a click: see esmm diff.");
        }

        MetricSet one = new(first, before.Groups), other = new(second, before.Groups);
        using ProgressPhase phase = board.Begin("bootstrap");
        return new ModelComparison(one, other, new Bootstrap(drawings, before.Seed).Differences(one, other, new DrawingProgress(phase, drawings), token));
    }

    private static ScoredRows Score(EvaluationPlan plan, ProgressBoard board, CancellationToken token)
    {
        // The rows alone: groups and drawings come when both are there.
        EvaluationPlan rows = plan.Groups is { } groups ? plan with { Groups = null, Along = [groups.Column] } : plan;
        var scored = new ScoredRows();
        LogEvaluation.Run(rows with
        {
            Bootstrap = 0,
            Watch = (pass, source) =>
            {
                for (int row = 0; row < pass.Batch.Count; row++)
                {
                    scored.Add((float)pass.CtrLogits[row], (float)pass.CvrLogits[row], pass.Click(row), pass.Conversion(row), source.Along.Count == 0 ? 0 : source.Along[0].Rows[row]);
                }
            },
        }, board, token);
        return scored;
    }
}
