using EsmmLite.Cli.Commands;
using EsmmLite.Cli.Terminal;
using EsmmLite.Cli.Training;
using EsmmLite.Evaluation;
using EsmmLite.Features;
using EsmmLite.Formats;
using EsmmLite.Training;

namespace EsmmLite.Cli.Evaluating;

/// <summary>Measures a model on a log in one pass over it.</summary>
internal static class LogEvaluation
{
    public static EvaluationOutcome Run(EvaluationPlan plan, ProgressBoard board, CancellationToken token)
    {
        string[] columns = [.. plan.Along, .. plan.By.Select(slicing => slicing.Column).OfType<string>(), .. plan.Groups is { } grouped ? (string[])[grouped.Column] : []];
        using var funnel = new FunnelAccumulator(plan.Threshold);
        using var memoryOfSlices = new ScoreMemory();
        ScoredRows? rows = plan.Groups is not null || plan.Bootstrap > 0 || plan.KeepRows ? new ScoredRows() : null;
        List<SliceCollector> slices = [];
        try
        {
            FunnelCounts counts;
            IReadOnlyDictionary<string, long> badRows;
            using (ProgressPhase phase = board.Begin("evaluating"))
            using (var source = new TextSource(plan.Log, plan.Space, plan.Times, new ByteProgress(phase), token, columns))
            using (var pass = new LogitsPass(plan.Model, plan.Threads))
            {
                int next = plan.Along.Count;
                slices.AddRange(plan.By.Select(slicing => new SliceCollector(slicing, slicing.Column is null ? null : source.Along[next++], plan.Threshold, memoryOfSlices)));
                TextIds? groups = plan.Groups is null ? null : source.Along[^1];
                source.StartEpoch(0);
                while (pass.Next(source))
                {
                    token.ThrowIfCancellationRequested();
                    Take(pass, groups, funnel, rows, slices);
                    plan.Watch?.Invoke(pass, source);
                }

                (counts, badRows) = (source.Counts, source.BadRows.Reasons);
                foreach (string note in (IEnumerable<string>)[.. source.IdForms.NotesFor(plan.Space).Select(note => "note: " + note), .. LogOptions.Note(source.BadRows, plan.Log.Options) is { } bad ? (string[])[bad] : []])
                {
                    board.Line(note);
                }
            }

            var fixedAt = plan.Space.Schema.Fields.Where((field, place) => plan.Space.IsFixed(place) && field is not NumericField { Input: false }).ToDictionary(field => field.Name, field => field.FixedAtServing!);
            EvaluationReport report = funnel.Compute(counts.Dropped) with { BadRows = badRows, Hidden = counts.Hidden, Fixed = fixedAt, Slices = [.. slices.SelectMany(slice => slice.Compute())] };
            if (plan.Groups is not null || plan.Bootstrap > 0)
            {
                report = WithRows(plan, report, rows!, board, token);
            }

            return new EvaluationOutcome(report, rows, [.. Enum.GetValues<EvaluationTask>().Select(funnel.Curves)]);
        }
        finally
        {
            slices.ForEach(slice => slice.Dispose());
        }
    }

    private static void Take(LogitsPass pass, TextIds? groups, FunnelAccumulator funnel, ScoredRows? rows, List<SliceCollector> slices)
    {
        for (int row = 0; row < pass.Batch.Count; row++)
        {
            funnel.Add(pass.CtrLogits[row], pass.CvrLogits[row], pass.Click(row), pass.Conversion(row));
            rows?.Add((float)pass.CtrLogits[row], (float)pass.CvrLogits[row], pass.Click(row), pass.Conversion(row), groups is null ? 0 : groups.Rows[row]);
            foreach (SliceCollector slice in slices)
            {
                slice.Add(pass, row);
            }
        }
    }

    private static EvaluationReport WithRows(EvaluationPlan plan, EvaluationReport report, ScoredRows rows, ProgressBoard board, CancellationToken token)
    {
        var metrics = new MetricSet(rows, plan.Groups);
        if (plan.Bootstrap == 0)
        {
            return report with { Groups = metrics.Groups };
        }

        using ProgressPhase phase = board.Begin("bootstrap");
        return report with { Groups = metrics.Groups, Intervals = new Bootstrap(plan.Bootstrap, plan.Seed).Intervals(metrics, new DrawingProgress(phase, plan.Bootstrap), token) };
    }
}
