using System.Text.Json;
using EsmmLite.Cli.Terminal;
using EsmmLite.Experiments.Ranking;
using EsmmLite.Experiments.Sweeping;

namespace EsmmLite.Cli.Sweeping;

/// <summary>The results of a sweep in tables and files.</summary>
internal static class SweepTables
{
    public const string AsItIs = "the config as it is";

    private const int Shown = 15, LongestText = 52;

    public static void WriteLeaderboard(IReadOnlyList<SweepPlace> places, string metric)
    {
        string[] others = [.. ((string[])["ctr.auc", "cvr.auc", "ctcvr.auc"]).Where(name => name != metric)];
        var table = new TextTable("Leaderboard by " + metric + " of the validation rows", ["", "values", "epochs>", metric + ">", .. others.Select(name => name + ">")]);
        foreach ((SweepPlace place, int number) in places.Take(Shown).Select((place, i) => (place, i + 1)))
        {
            SweepOutcome outcome = place.Outcome;
            string text = string.Join(' ', Overrides(outcome.Unit.Config).Select(o => o[(o[..o.IndexOf('=', StringComparison.Ordinal)].LastIndexOf('.') + 1)..]));
            text = text.Length == 0 ? AsItIs : text.Length > LongestText ? text[..(LongestText - 3)] + "..." : text;
            table.Add([Show.Count(number), text, Show.Count(outcome.Unit.Epochs), Metric(outcome, metric), .. others.Select(name => Metric(outcome, name))]);
        }

        table.Write();
        string[] best = Overrides(places[0].Outcome.Unit.Config);
        Console.Out.WriteLine(best.Length == 0 ? "Best: " + AsItIs : "Best: " + string.Join(' ', best.Select(o => "--set '" + o + "'")));
        Console.Out.WriteLine("The best of many looks better than it is: measure it on rows that chose nothing.");
    }

    public static void WriteAblation(IReadOnlyList<(string Part, double? With, double? Without, PairedDifference? Worth)> rows, string metric, int seeds)
    {
        var table = new TextTable($"What each part is worth in {metric}, paired over {seeds} seeds", "switched off", metric + " with>", "without>", "worth>", "95 %>", "supported");
        foreach ((string part, double? with, double? without, PairedDifference? worth) in rows)
        {
            table.Add(part.Length > LongestText ? part[..(LongestText - 3)] + "..." : part, Show.Metric(with), Show.Metric(without), worth is null ? "n/a" : Show.Signed(worth.Mean),
                worth is null ? "" : "± " + Show.Metric(worth.HalfInterval), worth is null ? "" : worth.IsSupported ? "yes" : "no");
        }

        table.Write();
    }

    public static string Json(string metric, IEnumerable<SweepOutcome> outcomes) =>
        JsonSerializer.Serialize(new { metric, trainings = outcomes.Select(o => new { config = o.Unit.Config, epochs = o.Unit.Epochs, seed = o.Unit.Seed, metrics = o.Metrics }) }, new JsonSerializerOptions { WriteIndented = true });

    public static string[] Overrides(string config) => config.Split('\n', StringSplitOptions.RemoveEmptyEntries);

    private static string Metric(SweepOutcome outcome, string name) => Show.Metric(outcome.Metrics.TryGetValue(name, out double value) ? value : null);
}
