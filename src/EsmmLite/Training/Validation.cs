using EsmmLite.Evaluation;
using EsmmLite.Model;

namespace EsmmLite.Training;

/// <summary>Scores labelled impressions and measures the three tasks. Memory grows by 4 bytes a score up to a limit; then scores go to disk.</summary>
public static class Validation
{
    /// <summary>Evaluates a model: CTR on all impressions, CVR on clicked ones, CTCVR on all.</summary>
    /// <param name="model">The model.</param>
    /// <param name="source">Labelled impressions, read once.</param>
    /// <param name="dropped">Rows that were left out before, by reason, for the report.</param>
    /// <param name="threads">Number of threads; 0 for one a processor. The result does not depend on it.</param>
    /// <param name="progress">Told the impressions scored so far.</param>
    /// <param name="token">Stops between two batches.</param>
    public static EvaluationReport Evaluate(EsmmModel model, IImpressionSource source, IReadOnlyDictionary<string, long>? dropped = null, int threads = 0, IProgress<long>? progress = null, CancellationToken token = default)
    {
        ArgumentNullException.ThrowIfNull(source);
        using LogitsPass pass = new(model, threads);
        using FunnelAccumulator funnel = new();
        source.StartEpoch(0);
        while (pass.Next(source))
        {
            token.ThrowIfCancellationRequested();
            for (int r = 0; r < pass.Batch.Count; r++)
            {
                funnel.Add(pass.CtrLogits[r], pass.CvrLogits[r], pass.Click(r), pass.Conversion(r));
            }

            progress?.Report(funnel.Impressions);
        }

        return funnel.Compute(dropped);
    }
}
