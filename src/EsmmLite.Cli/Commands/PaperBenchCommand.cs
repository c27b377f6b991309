using System.CommandLine;
using System.Diagnostics;
using EsmmLite.Cli.Comparing;
using EsmmLite.Cli.Terminal;
using EsmmLite.Experiments.PaperBench;

namespace EsmmLite.Cli.Commands;

/// <summary><c>esmm paper-bench</c>: the methods that the ESMM paper compares, under its protocol.</summary>
internal static class PaperBenchCommand
{
    public const string Examples =
        """
        Examples:
          esmm paper-bench --quick --out bench
          esmm paper-bench --quick --regime few-conversions --out bench
          esmm paper-bench --quick --data log.csv.gz --config esmm.json --out bench

        Writes bench.md, bench.json and bench.html into the folder, and a journal: the same
        command goes on where it was interrupted. docs/paper-bench.md says what is compared.
        """;

    private static readonly Option<string> Out = new("--out", "-o") { Description = "Folder to write into.", HelpName = "FOLDER", DefaultValueFactory = _ => "paper-bench-out" };
    private static readonly Option<bool> Quick = new("--quick") { Description = "Small logs and networks, 3 repeats: under a minute." };
    private static readonly Option<int?> Repeats = Options.Count("--repeats", "Repeats of everything.", 1000);
    private static readonly Option<double[]> Rates = new("--rates") { Description = "Shares of the training impressions, such as 0.01 0.1 1.", HelpName = "RATE...", AllowMultipleArgumentsPerToken = true };
    private static readonly Option<string[]> Methods = new("--methods") { Description = "Which methods; BASE is always among them.", HelpName = "NAME...", AllowMultipleArgumentsPerToken = true };
    private static readonly Option<int> Threads = Options.Threads();

    public static Command Create()
    {
        var command = new Command("paper-bench", "Compare BASE, AMAN, OVERSAMPLING, UNBIAS, DIVISION, ESMM-NS and ESMM as the paper does.") { Out, Quick };
        BenchInput.AddTo(command);
        foreach (Option option in (Option[])[Repeats, Rates, Methods, Threads])
        {
            command.Add(option);
        }

        command.SetAction((parsed, token) => Task.FromResult(Run(parsed, token)));
        return command;
    }

    private static int Run(ParseResult parsed, CancellationToken token)
    {
        var time = Stopwatch.StartNew();
        bool quick = parsed.GetValue(Quick);
        BenchSettings settings = BenchInput.Settings(parsed, quick ? BenchScale.QuickSettings : new BenchSettings(), quick);
        double[] rates = parsed.GetValue(Rates) is { Length: > 0 } given ? given : [1];
        foreach (double rate in rates.Where(rate => !(rate > 0 && rate <= 1)))
        {
            throw new EsmmException(EsmmErrorKind.Usage, FormattableString.Invariant($"--rates {rate}"), expected: "more than 0 and at most 1");
        }

        BenchPlan plan = new(BenchScale.MethodsOf(parsed.GetValue(Methods) ?? []), rates, parsed.GetValue(Repeats) ?? (quick ? BenchScale.QuickRepeats : BenchScale.Repeats), ChooseVariants: !quick);
        string folder = Folders.Create("--out", parsed.GetValue(Out)!);
        int threads = Options.ThreadCount(parsed, Threads);
        (IReadOnlyList<BenchData> data, IReadOnlyList<BenchOutcome> outcomes) = ProgressBoard.Run(board =>
        {
            IReadOnlyList<BenchData> read = BenchInput.Read(parsed, settings, quick, threads, board, token);
            return new KeptWork<BenchJournal>(BenchJournal.Open, Path.Combine(folder, "bench.journal"), "repeats").Run(Identity(read, settings, plan), board, journal =>
            {
                using ProgressPhase phase = board.Begin("comparing");
                return (read, PaperBenchRun.Run(read, plan, settings, journal, threads, new PhaseProgress(phase), token));
            });
        });
        IReadOnlyList<BenchSummary> summaries = BenchSummary.Of(data, outcomes);
        BenchOutput.Write(folder, "bench", BenchText.Markdown(summaries), BenchFiles.Json(settings, summaries, outcomes), BenchFiles.Html(summaries));
        foreach (BenchSummary summary in summaries)
        {
            BenchTables.Write(summary);
        }

        BenchOutput.Tell(folder, "bench", time.Elapsed);
        return ExitCodes.Done;
    }

    /// <summary>Rates and repeats are not of it: more of them go on from what is done.</summary>
    private static Dictionary<string, string> Identity(IReadOnlyList<BenchData> data, BenchSettings settings, BenchPlan plan) => new()
    {
        ["data"] = string.Join("; ", data.Select(d => d.Identity)),
        ["settings"] = settings + " " + string.Join(',', settings.Layers) + " " + string.Join(',', settings.CtrLayers ?? settings.Layers) + (plan.ChooseVariants ? "; variants chosen" : ""),
        ["methods"] = string.Join(',', plan.Methods.Select(m => m.Name)),
    };
}
