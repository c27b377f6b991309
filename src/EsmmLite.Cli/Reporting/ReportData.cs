using EsmmLite.Cli.Evaluating;
using EsmmLite.Cli.Terminal;
using EsmmLite.Features;
using EsmmLite.Formats;
using EsmmLite.Layers;
using EsmmLite.Training;

namespace EsmmLite.Cli.Reporting;

/// <summary>All that a report shows, gathered in one pass over the log.</summary>
internal sealed class ReportData
{
    private ReportData(EvaluationPlan plan, string? itemColumn) => (Plan, ItemColumn, Use) = (plan, itemColumn, new FieldUse(plan.Model));

    public EvaluationPlan Plan { get; }

    /// <summary>The column of the item; null where there is none.</summary>
    public string? ItemColumn { get; }

    public EvaluationOutcome Outcome { get; private set; } = null!;

    public FieldUse Use { get; }

    public ItemQuadrants Items { get; } = new();

    /// <summary>Of pCTR, pCVR and pCTCVR over all impressions.</summary>
    public ScoreHistogram[] Scores { get; } = [new(), new(), new()];

    /// <summary>Of pCVR over impressions without a click, and with one.</summary>
    public ScoreHistogram[] CvrByClick { get; } = [new(), new()];

    public static ReportData Gather(EvaluationPlan plan, string? itemColumn, ProgressBoard board, CancellationToken token)
    {
        itemColumn ??= ItemOf(plan.Space);
        var data = new ReportData(plan, itemColumn);
        data.Outcome = LogEvaluation.Run(plan with { Along = itemColumn is null ? [] : [itemColumn], Watch = data.Take }, board, token);
        return data;
    }

    /// <summary>The column that tells items apart, unless somebody says which: that of the candidate's field with the most rows.</summary>
    private static string? ItemOf(FeatureSpace space) => Enumerable.Range(0, space.Encoders.Count)
        .Where(place => space.Encoders[place].Dim > 0 && space.Schema.Fields[place] is { Side: Side.Candidate } field && field is not (NumericField or CrossedField) && !space.IsFixed(place))
        .OrderByDescending(place => space.Encoders[place].Rows).Select(place => space.Schema.Fields[place].Column).FirstOrDefault();

    private void Take(LogitsPass pass, TextSource source)
    {
        Use.Add(pass);
        if (ItemColumn is not null)
        {
            Items.Add(pass, source.Along[0]);
        }

        for (int row = 0; row < pass.Batch.Count; row++)
        {
            SigmoidProduct.Predict(pass.CtrLogits[row], pass.CvrLogits[row], out double p, out double q, out double t);
            Scores[0].Add(p);
            Scores[1].Add(q);
            Scores[2].Add(t);
            CvrByClick[pass.Click(row) ? 1 : 0].Add(q);
        }
    }
}
