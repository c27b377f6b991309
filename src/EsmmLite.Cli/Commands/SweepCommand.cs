using System.CommandLine;
using EsmmLite.Cli.Comparing;
using EsmmLite.Cli.Sweeping;
using EsmmLite.Cli.Terminal;
using EsmmLite.Experiments.Ranking;
using EsmmLite.Experiments.Sweeping;
using EsmmLite.Kernels;
using EsmmLite.Persistence;
using EsmmLite.Training;

namespace EsmmLite.Cli.Commands;

/// <summary><c>esmm sweep</c>: searches values of a config, or says what its parts are worth.</summary>
internal static class SweepCommand
{
    public const string Examples =
        """
        Examples:
          esmm sweep -c esmm.json -d a.csv --valid v.csv --vary training.learningRate=log:1e-3..3e-2 --trials 5
          esmm sweep -c esmm.json -d a.csv --valid v.csv --vary "towers.ctr=[8]|[16,8]" training.batch=int:64..256 --trials 4
          esmm sweep -c esmm.json -d a.csv --valid v.csv --ablate --seeds 2

        Trials are drawn by a seed, and all get few epochs at first, the best third more; --full
        gives all of them all epochs. A journal in the folder at --out keeps what is done: the same
        command goes on where it was interrupted. docs/sweep.md explains.
        """;

    private const int UsualTrials = 20, UsualSeeds = 3;

    private static readonly Option<string[]> Vary = new("--vary") { Description = "Values to draw: log:LOW..HIGH, int:LOW..HIGH, LOW..HIGH or A|B.", HelpName = "KEY=VALUES", AllowMultipleArgumentsPerToken = true };
    private static readonly Option<bool> Ablate = new("--ablate") { Description = "Switch off fields, crosses, layers and losses one at a time instead." };
    private static readonly Option<int?> Trials = Options.Count("--trials", "Configs to try, the given one among them; 20 unless given.", 100_000);
    private static readonly Option<int?> Seeds = Options.Count("--seeds", "Seeds of an ablation, two or more; 3 unless given.", 1000);
    private static readonly Option<string> Metric = new Option<string>("--metric") { Description = "The metric of the validation rows that decides.", HelpName = "NAME", DefaultValueFactory = _ => "ctcvr.auc" }.AcceptOnlyFromAmong([.. SweepTrainer.MetricNames]);
    private static readonly Option<bool> Full = new("--full") { Description = "Give every trial all epochs: a plain random search." };
    private static readonly Option<string> Out = new("--out", "-o") { Description = "Folder for the journal and sweep.json.", HelpName = "FOLDER", DefaultValueFactory = _ => "sweep-out" };
    private static readonly Option<int> Threads = Options.Threads();

    public static Command Create()
    {
        var command = new Command("sweep", "Search values of a config, or say what each of its parts is worth.");
        TrainingInput.AddOptions(command);
        foreach (Option option in (Option[])[Vary, Ablate, Trials, Seeds, Metric, Full, Out, Threads])
        {
            command.Add(option);
        }

        command.SetAction((parsed, token) => Task.FromResult(Run(parsed, token)));
        return command;
    }

    private static int Run(ParseResult parsed, CancellationToken token)
    {
        SweptValue[] varied = [.. (parsed.GetValue(Vary) ?? []).Select(SweptValue.Parse)];
        foreach (SweptValue value in varied)
        {
            // What the sweep gives every training itself would be drawn and not used.
            if (value.Path is "training.epochs" or "training.seed")
            {
                throw new EsmmException(EsmmErrorKind.Usage, "--vary " + value.Path, expected: "another key", hint: value.Path == "training.seed" ? "All trials have the seed of the config, or of --seed." : "Epochs grow from rung to rung up to the config's; validation says which of them was best.");
            }
        }

        bool ablate = parsed.GetValue(Ablate);
        int seeds = parsed.GetValue(Seeds) ?? UsualSeeds;
        if (ablate == varied.Length > 0)
        {
            throw new EsmmException(EsmmErrorKind.Usage, ablate ? "--vary and --ablate exclude each other" : "there is nothing to sweep", expected: "--vary KEY=VALUES or --ablate");
        }

        if (ablate && seeds < 2)
        {
            throw new EsmmException(EsmmErrorKind.Usage, "--seeds 1", expected: "two or more: one says nothing of chance");
        }

        using TrainingInput input = TrainingInput.Read(parsed);
        if (input.Holdout is null && input.Valid is null)
        {
            throw new EsmmException(EsmmErrorKind.Usage, "there are no rows to validate on", expected: "--valid or --holdout");
        }

        string folder = Folders.Create("--out", parsed.GetValue(Out)!), metric = parsed.GetValue(Metric)!;
        int threads = Options.ThreadCount(parsed, Threads);
        Action write = ProgressBoard.Run(board =>
        {
            using var trainer = new SweepTrainer(input, board, token);
            return ablate ? Parts(input.Config, trainer, seeds, metric, folder, threads, board, token)
                : Search(parsed, input.Config, varied, trainer, metric, folder, threads, board, token);
        });
        write();
        return ExitCodes.Done;
    }

    private static Action Search(ParseResult parsed, EsmmConfig config, SweptValue[] varied, SweepTrainer trainer, string metric, string folder, int threads, ProgressBoard board, CancellationToken token)
    {
        ulong seed = config.Training.Seed;
        SplitMix random = SplitMix.Stream(seed, 0);
        List<string> configs = [""];
        trainer.Add("", config);
        int trials = parsed.GetValue(Trials) ?? UsualTrials;
        for (int draw = 1; draw < 20 * trials && configs.Count < trials; draw++)
        {
            List<string> drawn = [];
            foreach (SweptValue value in varied)
            {
                drawn.Add(value.Draw(ref random));
            }

            string name = string.Join('\n', drawn);
            if (!configs.Contains(name)) // few choices have few combinations
            {
                trainer.Add(name, EsmmConfig.Parse(config.ToJson(), "config", drawn));
                configs.Add(name);
            }
        }

        IReadOnlyList<int> rungs = parsed.GetValue(Full) ? [config.Training.Epochs] : SweepRun.Rungs(config.Training.Epochs);
        int units = 0;
        for (int rung = 0, left = configs.Count; rung < rungs.Count; rung++, left = SweepRun.Kept(left))
        {
            units += left;
        }

        IReadOnlyList<SweepPlace> places = With(config, trainer, folder, units, threads, board, (run, done) => run.Halve(configs, rungs, seed, outcome => Score(outcome, metric), done, token));
        AtomicFile.WriteText(Path.Combine(folder, "sweep.json"), SweepTables.Json(metric, places.Select(place => place.Outcome)));
        return () => SweepTables.WriteLeaderboard(places, metric);
    }

    private static Action Parts(EsmmConfig config, SweepTrainer trainer, int seeds, string metric, string folder, int threads, ProgressBoard board, CancellationToken token)
    {
        List<string> names = [SweepTables.AsItIs];
        trainer.Add(names[0], config);
        foreach (Ablation part in Ablation.Of(config))
        {
            if (part.Config is null)
            {
                board.Line("note: " + part.Part + " can't be switched off by itself");
                continue;
            }

            trainer.Add(part.Part, part.Config);
            names.Add(part.Part);
        }

        SweepUnit[] units = [.. names.SelectMany(name => Enumerable.Range(0, seeds).Select(s => new SweepUnit(name, config.Training.Epochs, config.Training.Seed + (ulong)s)))];
        IReadOnlyList<SweepOutcome> outcomes = With(config, trainer, folder, units.Length, threads, board, (run, done) => run.Each(units, done, token));
        AtomicFile.WriteText(Path.Combine(folder, "sweep.json"), SweepTables.Json(metric, outcomes));
        double?[][] scores = [.. outcomes.Select(outcome => Score(outcome, metric)).Chunk(seeds)];
        double sign = IsLoss(metric) ? -1 : 1;
        (string Part, double? With, double? Without, PairedDifference? Worth)[] rows = [.. names.Skip(1).Select((name, i) =>
        {
            double[] differences = [.. scores[0].Zip(scores[i + 1], (with, without) => with - without).OfType<double>()];
            return (name, sign * scores[0].Average(), sign * scores[i + 1].Average(), differences.Length == seeds ? PairedDifference.Of(differences) : null);
        }).OrderByDescending(row => row.Item4?.Mean ?? double.NegativeInfinity)];
        return () => SweepTables.WriteAblation(rows, metric, seeds);
    }

    private static T With<T>(EsmmConfig config, SweepTrainer trainer, string folder, int units, int threads, ProgressBoard board, Func<SweepRun, Action, T> work)
    {
        Dictionary<string, string> identity = new() { ["config"] = config.ToJson(), ["data"] = trainer.Fingerprint };
        return new KeptWork<SweepJournal>(SweepJournal.Open, Path.Combine(folder, "sweep.journal"), "trainings").Run(identity, board, journal =>
        {
            using ProgressPhase phase = board.Begin("training");
            Lock counting = new();
            int count = 0;
            return work(new SweepRun(trainer.Train, journal, threads), () =>
            {
                lock (counting)
                {
                    phase.Report(++count / (double)units, Show.Count(count) + (count == 1 ? " training" : " trainings"));
                }
            });
        });
    }

    private static bool IsLoss(string metric) => metric.EndsWith("logLoss", StringComparison.Ordinal);

    /// <summary>The larger the better.</summary>
    private static double? Score(SweepOutcome outcome, string metric) => outcome.Metrics.TryGetValue(metric, out double value) ? (IsLoss(metric) ? -value : value) : null;
}
