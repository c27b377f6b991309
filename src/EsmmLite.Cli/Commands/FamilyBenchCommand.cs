using System.CommandLine;
using System.Diagnostics;
using EsmmLite.Cli.Comparing;
using EsmmLite.Cli.Terminal;
using EsmmLite.Experiments.FamilyBench;
using EsmmLite.Experiments.PaperBench;

namespace EsmmLite.Cli.Commands;

/// <summary><c>esmm family-bench</c>: every model and every weighting against plain ESMM.</summary>
internal static class FamilyBenchCommand
{
    public const string Examples =
        """
        Examples:
          esmm family-bench --quick --out family
          esmm family-bench --quick --regime seesaw --variants "two networks" PLE PCGrad --out family
          esmm family-bench --quick --data log.csv.gz --config esmm.json --out family

        Writes family.md, family.json and family.html into the folder, and a journal: the same
        command goes on where it was interrupted. docs/family-bench.md says what is compared.
        """;

    private const int UsualRepeats = 5;
    private const int QuickRepeats = 3;
    private const int Rounds = 100;
    private const int QuickRounds = 25;

    private static readonly Option<string> Out = new("--out", "-o") { Description = "Folder to write into.", HelpName = "FOLDER", DefaultValueFactory = _ => "family-bench-out" };
    private static readonly Option<bool> Quick = new("--quick") { Description = "Small logs, 3 repeats: a minute or so, half of it if the machine is free." };
    private static readonly Option<int?> Repeats = Options.Count("--repeats", "Repeats of everything.", 1000);
    private static readonly Option<string[]> Variants = new("--variants") { Description = "Which variants; plain ESMM is always among them.", HelpName = "NAME...", AllowMultipleArgumentsPerToken = true };
    private static readonly Option<bool> NoSpeed = new("--no-speed") { Description = "Leave the measurement of speed out." };
    private static readonly Option<int> Threads = Options.Threads();

    public static Command Create()
    {
        var command = new Command("family-bench", "Compare every model and every weighting with plain ESMM.") { Out, Quick };
        FamilyInput.AddTo(command);
        foreach (Option option in (Option[])[Repeats, Variants, NoSpeed, Threads])
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
        IReadOnlyList<FamilyVariant> variants = FamilyVariants.Of(parsed.GetValue(Variants) ?? []);
        FamilyPlan plan = new(variants, parsed.GetValue(Repeats) ?? (quick ? QuickRepeats : UsualRepeats), parsed.GetValue(NoSpeed) ? 0 : quick ? QuickRounds : Rounds);
        string folder = Folders.Create("--out", parsed.GetValue(Out)!);
        int threads = Options.ThreadCount(parsed, Threads);
        (IReadOnlyList<FamilyTask> tasks, IReadOnlyList<BenchOutcome> outcomes, IReadOnlyList<FamilyLeftOut> leftOut) = ProgressBoard.Run(board =>
        {
            IReadOnlyList<FamilyTask> read = FamilyInput.Read(parsed, quick, board, token);
            Dictionary<string, string> identity = new() { ["data, config or limits"] = FamilyBenchRun.Identity(read, plan) };
            return new KeptWork<BenchJournal>(BenchJournal.Open, Path.Combine(folder, "family.journal"), "pieces").Run(identity, board, journal =>
            {
                using ProgressPhase phase = board.Begin("comparing");
                (IReadOnlyList<BenchOutcome> Outcomes, IReadOnlyList<FamilyLeftOut> LeftOut) done = FamilyBenchRun.Run(read, plan, journal, threads, new PhaseProgress(phase), token);
                return (read, done.Outcomes, done.LeftOut);
            });
        });
        IReadOnlyList<BenchSummary> summaries = BenchSummary.Of([.. tasks.Select(t => t.Data)], outcomes, variants);
        BenchOutput.Write(folder, "family", FamilyText.Markdown(summaries, leftOut), FamilyFiles.Json(summaries, outcomes, leftOut), FamilyFiles.Html(summaries, leftOut));
        foreach (BenchSummary summary in summaries)
        {
            FamilyTables.Write(summary, leftOut);
        }

        FamilyTables.Lines(FamilyVerdict.Overall(summaries));
        BenchOutput.Tell(folder, "family", time.Elapsed);
        return ExitCodes.Done;
    }
}
