using System.CommandLine;
using System.Diagnostics;
using EsmmLite.Cli.Demo;
using EsmmLite.Cli.Evaluating;
using EsmmLite.Cli.Terminal;
using EsmmLite.Cli.Training;
using EsmmLite.Evaluation;
using EsmmLite.Formats;
using EsmmLite.Formats.Delimited;
using EsmmLite.Formats.Packed;
using EsmmLite.Model;
using EsmmLite.Training;

namespace EsmmLite.Cli.Commands;

/// <summary><c>esmm demo</c>: the whole way from a log to ranked candidates, on a log whose truth is known.</summary>
internal static class DemoCommand
{
    public const string Examples =
        """
        Examples:
          esmm demo                       everything, in under a minute on two cores
          esmm demo --quick --out quick   a tenth of it, in a folder called quick

        Writes into the folder: train.csv, heldout.csv (with the true probabilities), esmm.json
        and model.safetensors. They are ordinary files: the other commands work on them.
        """;

    private static readonly Option<string> Out = new("--out", "-o") { Description = "Folder to write into.", HelpName = "FOLDER", DefaultValueFactory = _ => "demo-out" };
    private static readonly Option<bool> Quick = new("--quick") { Description = "A tenth of the log: to see that it runs." };
    private static readonly Option<ulong?> Seed = Options.Seed("Seed of the simulated log and of training; 1 unless given.");
    private static readonly Option<int> Threads = Options.Threads();

    public static Command Create()
    {
        var command = new Command("demo", "Simulate a log, train on it, evaluate, rank one request, compare with the truth.") { Out, Quick, Seed, Threads };
        command.SetAction((parsed, token) => Task.FromResult(Run(parsed, token)));
        return command;
    }

    private static int Run(ParseResult parsed, CancellationToken token)
    {
        var time = Stopwatch.StartNew();
        DemoPlan plan = parsed.GetValue(Quick) ? DemoPlan.Quick : DemoPlan.Usual;
        int threads = parsed.GetValue(Threads);
        ulong seed = parsed.GetValue(Seed) ?? 1;
        string folder = Folders.Create("--out", parsed.GetValue(Out)!);
        string configPath = Path.Combine(folder, "esmm.json");
        string modelPath = Path.Combine(folder, "model.safetensors");
        File.WriteAllText(configPath, DemoConfig.Esmm);
        EsmmConfig config = EsmmConfig.Parse(DemoConfig.Esmm, configPath).WithSeed(seed);

        Console.Out.WriteLine("1. A simulated log of " + Show.Count(plan.TrainingRows) + " impressions to train on, " + Show.Count(plan.HeldOutRows) + " held out; ESMM trained on it.");
        (DemoLog log, TrainingOutcome outcome, EvaluationReport evaluation) = ProgressBoard.Run(board => Train(plan, config, folder, modelPath, seed, threads, board, token));
        TrainingReport.Write(outcome);
        MetricTables.Write("2. Evaluation on the held-out impressions", evaluation);
        DemoRanking.Run("3. ", modelPath, log, plan.Candidates);
        IReadOnlyList<SeedResult> results = ProgressBoard.Run(board => DemoComparison.Run(plan, config, log, modelPath, seed, threads, board, token));
        DemoComparison.Write("4. ", results);
        Console.Out.WriteLine("Done in " + Show.Duration(time.Elapsed) + ". The same by hand:");
        Console.Out.WriteLine($"  esmm train --config {configPath} --data {log.Training} --holdout {DemoConfig.HoldoutShareText} --holdout-by row --seed {seed} --out {modelPath}");
        Console.Out.WriteLine($"  esmm evaluate --model {modelPath} --data {log.HeldOut}");
        Console.Out.WriteLine($"  esmm score --model {modelPath} --data {log.HeldOut} --out {Path.Combine(folder, "scored.csv")}");
        return ExitCodes.Done;
    }

    private static (DemoLog Log, TrainingOutcome Outcome, EvaluationReport Evaluation) Train(
        DemoPlan plan, EsmmConfig config, string folder, string modelPath, ulong seed, int threads, ProgressBoard board, CancellationToken token)
    {
        DemoLog files;
        using (ProgressPhase phase = board.Begin("simulating"))
        {
            phase.Report(null, "");
            files = DemoLog.Write(folder, plan, seed, token);
        }

        using var log = new DelimitedLog([files.Training]);
        using var heldOut = new DelimitedLog([files.HeldOut]);
        using var input = new TrainingInput(config, log, Holdout.ByRow(DemoConfig.HoldoutShare, seed), null, log.Files);
        var speed = new SpeedTable();
        using PackedData data = new DataPreparation(input, board, speed, token).Prepare(null);
        TrainingOutcome outcome = TrainingJob.Run(config, data, modelPath, threads, board, speed, token);
        EsmmModel model = EsmmModel.Load(modelPath);
        return (files, outcome, LogEvaluation.Run(new EvaluationPlan(model, heldOut) { Space = model.Space, Threads = threads }, board, token).Report);
    }
}
