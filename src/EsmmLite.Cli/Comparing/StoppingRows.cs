using EsmmLite.Cli.Commands;
using EsmmLite.Experiments.PaperBench;
using EsmmLite.Features;
using EsmmLite.Formats;
using EsmmLite.Formats.Delimited;

namespace EsmmLite.Cli.Comparing;

/// <summary>
/// Which of the rows that are not tested on say when to stop: a tenth of the same kind as the tested ones, the newest, those of some groups, or any. A stretch of a log
/// without times would not do: logs are often sorted, and a whole item would be missing from what is trained on.
/// </summary>
internal static class StoppingRows
{
    private const int Share = 10;
    private const int BatchRows = 1024;

    /// <summary>Divides the rows, each part in the order of the log.</summary>
    /// <param name="input">The log, and what is tested on.</param>
    /// <param name="space">What encodes it.</param>
    /// <param name="rows">All rows that are not tested on, in the order of the log.</param>
    /// <param name="token">Stops reading.</param>
    public static (int[] Training, int[] Stopping) Of(TrainingInput input, FeatureSpace space, BenchRows rows, CancellationToken token)
    {
        int[] all = [.. Enumerable.Range(0, rows.Count)];
        if (input.Config.Schema.Time is not null)
        {
            int[] order = [.. all.OrderBy(rows.TimeOf)];
            int older = rows.Count - (rows.Count / Share);
            return (order[..older], order[older..]);
        }

        bool[] stops = input.Holdout is { Column: { } column } tested ? OfGroups(input, space, column, tested, token)
            : OfRows(rows.Count, Holdout.ByRow(1.0 / Share, input.Config.Training.Seed + 1));
        return stops.Length == rows.Count ? ([.. all.Where(r => !stops[r])], [.. all.Where(r => stops[r])])
            : throw new InvalidOperationException($"{stops.Length} rows are in groups, {rows.Count} were encoded");
    }

    private static bool[] OfRows(int count, Holdout stopping) => [.. Enumerable.Range(0, count).Select(row => stopping.IsValidation(row))];

    /// <summary>A second look at the text: the groups' names are not among the encoded values.</summary>
    private static bool[] OfGroups(TrainingInput input, FeatureSpace space, string column, Holdout tested, CancellationToken token)
    {
        using var log = new DelimitedLog(input.Log.Files, input.Log.Options with { Quarantine = null });
        using var source = new TextSource(log, space, input.Times, null, token, [column]);
        Holdout stopping = Holdout.ByColumn(column, 1.0 / Share, input.Config.Training.Seed + 1);
        ImpressionBatch batch = space.CreateBatch(BatchRows);
        List<bool> stops = [];
        while (source.Fill(batch))
        {
            TextIds groups = source.Along[0];
            foreach (int group in groups.Rows[..batch.Count])
            {
                string name = groups.Text(group);
                if (!tested.IsValidation(name))
                {
                    stops.Add(stopping.IsValidation(name));
                }
            }
        }

        return [.. stops];
    }
}
