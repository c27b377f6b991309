using System.CommandLine;
using System.Globalization;
using System.IO.Compression;
using System.Text;
using EsmmLite.Cli.Simulating;
using EsmmLite.Cli.Terminal;
using EsmmLite.Diagnostics;
using EsmmLite.Experiments.Simulation;
using EsmmLite.Persistence;

namespace EsmmLite.Cli.Commands;

/// <summary><c>esmm simulate</c>: an impression log whose truth is known.</summary>
internal static class SimulateCommand
{
    public const string Examples =
        """
        Examples:
          esmm simulate --out sim --rows 200000
          esmm simulate --out sim --rows 50000 --regime few-conversions --sharing 0.5 --seed 7
          esmm simulate --out sim --rows 50000 --hidden-confounding 1 --delay-hours 20 --churn 0.02

        Regimes: usual, saturated, few-conversions, observed-shift, no-sharing, hidden-confounding.
        Every other option overrides the regime's. Writes log.csv, truth.csv, config.json (for
        esmm train) and simulation.json into the folder. docs/simulator.md explains the knobs.
        """;

    private static readonly Option<string> Out = new("--out", "-o") { Description = "Folder to write into; made if it isn't there.", HelpName = "FOLDER", Required = true };
    private static readonly Option<long> Rows = new("--rows") { Description = "Impressions.", HelpName = "N", DefaultValueFactory = _ => 100_000 };
    private static readonly Option<string> Regime = new("--regime") { Description = "The world to begin with.", HelpName = "NAME", DefaultValueFactory = _ => "usual" };
    private static readonly Option<double?> Days = new("--days") { Description = "Days that the log covers; 30 unless given.", HelpName = "DAYS" };
    private static readonly Option<ulong?> Seed = Options.Seed("Seed of the world and of the log; 1 unless given.");
    private static readonly Option<bool> Gzip = new("--gzip") { Description = "Write log.csv.gz and truth.csv.gz." };

    public static Command Create()
    {
        var command = new Command("simulate", "Write an impression log whose truth is known, and the truth beside it.") { Out, Rows, Regime };
        WorldOptions.AddTo(command);
        command.Add(Days);
        command.Add(Seed);
        command.Add(Gzip);
        command.SetAction((parsed, token) => Task.FromResult(Run(parsed, token)));
        return command;
    }

    private static int Run(ParseResult parsed, CancellationToken token)
    {
        long rows = parsed.GetValue(Rows);
        if (rows < 1)
        {
            throw new EsmmException(EsmmErrorKind.Usage, string.Create(CultureInfo.InvariantCulture, $"--rows is {rows}"), expected: "at least 1");
        }

        FunnelSimulatorOptions options = WorldOptions.Read(parsed, RegimeOf(parsed.GetValue(Regime)!).Options) with { Seed = parsed.GetValue(Seed) ?? 1 };
        double days = parsed.GetValue(Days) ?? 30;
        if (!(days > 0 && days <= 3650))
        {
            throw new EsmmException(EsmmErrorKind.Usage, string.Create(CultureInfo.InvariantCulture, $"--days is {days}"), expected: "more than 0 and at most 3650");
        }

        // So that the log covers the days, what down-sampling leaves out has to be counted too: about that much.
        double drawn = rows / (options.TargetCtr + ((1 - options.TargetCtr) * options.NegativeKeep));
        options = options with { ImpressionsPerDay = drawn / days };
        options.Validate(WorldOptions.NameOf);
        string folder = Folders.Create("--out", parsed.GetValue(Out)!);
        string suffix = parsed.GetValue(Gzip) ? ".csv.gz" : ".csv";
        string log = Path.Combine(folder, "log" + suffix), truth = Path.Combine(folder, "truth" + suffix);
        Files.RequireWritable("--out", log);
        (FunnelSimulator simulator, SimulationMeasures measures) = ProgressBoard.Run(board => Simulate(options, rows, log, truth, board, token));
        AtomicFile.WriteText(Path.Combine(folder, "config.json"), SimulationConfig.Write(options));
        AtomicFile.WriteText(Path.Combine(folder, "simulation.json"), SimulationJson.Write(simulator, measures));
        SimulationTable.Write(options, measures);
        Console.Out.WriteLine("Written: " + string.Join(", ", new[] { log, truth, Path.Combine(folder, "config.json"), Path.Combine(folder, "simulation.json") }));
        return ExitCodes.Done;
    }

    public static SimulationRegime RegimeOf(string name) => RegimeOf(name, SimulationRegime.All);

    /// <summary>The regime of a name.</summary>
    public static SimulationRegime RegimeOf(string name, IReadOnlyList<SimulationRegime> regimes)
    {
        IEnumerable<string> known = regimes.Select(r => r.Name);
        return regimes.FirstOrDefault(r => r.Name == name)
            ?? throw new EsmmException(EsmmErrorKind.Usage, "there is no regime " + ErrorText.Quote(name), "--regime", "one of " + string.Join(", ", known), ErrorText.Nearest(name, known) is { } near ? "Did you mean " + ErrorText.Quote(near) + "?" : null);
    }

    private static (FunnelSimulator Simulator, SimulationMeasures Measures) Simulate(FunnelSimulatorOptions options, long rows, string log, string truth, ProgressBoard board, CancellationToken token)
    {
        using ProgressPhase phase = board.Begin("simulating");
        var simulator = new FunnelSimulator(options);
        string logPart = log + ".part", truthPart = truth + ".part";
        try
        {
            SimulationMeasures measures;
            using (TextWriter logText = Open(logPart, log), truthText = Open(truthPart, truth))
            {
                var progress = new EveryReport(n => phase.Report(n / (double)rows, Show.Count(n) + " impressions"));
                measures = new SimulatedLogWriter(simulator).Write(rows, logText, truthText, progress, token);
            }

            File.Move(logPart, log, overwrite: true);
            File.Move(truthPart, truth, overwrite: true);
            return (simulator, measures);
        }
        finally
        {
            File.Delete(logPart);
            File.Delete(truthPart);
        }
    }

    private static StreamWriter Open(string path, string name)
    {
        Stream stream = new FileStream(path, FileMode.Create, FileAccess.Write, FileShare.Read, 1 << 16);
        return new StreamWriter(name.EndsWith(".gz", StringComparison.Ordinal) ? new GZipStream(stream, CompressionLevel.Fastest) : stream, new UTF8Encoding(false), 1 << 16) { NewLine = "\n" };
    }

    // Progress<T> posts to another thread; here reports are few and their order matters.
    private sealed class EveryReport(Action<long> report) : IProgress<long>
    {
        public void Report(long value) => report(value);
    }
}
