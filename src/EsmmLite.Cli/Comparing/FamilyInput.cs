using System.CommandLine;
using EsmmLite.Cli.Commands;
using EsmmLite.Cli.Terminal;
using EsmmLite.Experiments.FamilyBench;
using EsmmLite.Experiments.PaperBench;
using EsmmLite.Training;

namespace EsmmLite.Cli.Comparing;

/// <summary>What <c>esmm family-bench</c> compares on: simulated worlds, or a log of the user's.</summary>
internal static class FamilyInput
{
    private const int QuickRows = 12_000;
    private const int Rows = 120_000;

    private static readonly Option<string[]> Regimes = new("--regime") { Description = "Simulated worlds: the regimes of 'esmm simulate', and 'seesaw'.", HelpName = "NAME...", AllowMultipleArgumentsPerToken = true };
    private static readonly Option<int?> RowsOption = Options.Count("--rows", "Impressions of a simulated log, both halves together.", 100_000_000);
    private static readonly Option<string[]> Data = new("--data", "-d") { Description = "Your own log instead: CSV or TSV with a header, or JSON lines, plain or gzipped.", HelpName = "FILE...", AllowMultipleArgumentsPerToken = true };
    private static readonly Option<string?> ConfigFile = new("--config", "-c") { Description = "The config of the log, which every variant is an overlay on.", HelpName = "FILE" };
    private static readonly Option<string[]> Set = Options.Set();

    public static void AddTo(Command command)
    {
        foreach (Option option in (Option[])[Regimes, RowsOption, Data, ConfigFile, Set])
        {
            command.Add(option);
        }

        BenchInput.AddReadingTo(command);
    }

    public static IReadOnlyList<FamilyTask> Read(ParseResult parsed, bool quick, ProgressBoard board, CancellationToken token)
    {
        string[] files = parsed.GetValue(Data) ?? [], regimes = parsed.GetValue(Regimes) ?? [];
        if (files.Length > 0 && regimes.Length > 0)
        {
            throw new EsmmException(EsmmErrorKind.Usage, "--regime and --data exclude each other");
        }

        if (files.Length > 0)
        {
            return [ReadLog(parsed, files, quick, board, token)];
        }

        // Small networks: what a variant is worth shows where capacity is short, and there are hundreds of them to train.
        int rows = parsed.GetValue(RowsOption) ?? (quick ? QuickRows : Rows);
        return [.. (regimes.Length == 0 ? FamilyTask.UsualWorlds : regimes).Select(name => FamilyTask.Simulated(SimulateCommand.RegimeOf(name, FamilyTask.Worlds), rows, Limits(BenchScale.QuickSettings, quick)))];
    }

    private static FamilyTask ReadLog(ParseResult parsed, string[] files, bool quick, ProgressBoard board, CancellationToken token)
    {
        if (parsed.GetValue(ConfigFile) is not { } path)
        {
            throw new EsmmException(EsmmErrorKind.Usage, "--data without --config", hint: "esmm init drafts a config from a log.");
        }

        EsmmConfig config = EsmmConfig.Load(path, parsed.GetValue(Set));
        config = config with { Schema = BenchInput.Comparable(config.Schema, dim: null) };
        if (config.Schema.Labels.Count != 2)
        {
            throw new EsmmException(EsmmErrorKind.Config, $"there are {config.Schema.Labels.Count} labels", path, "two, click and conversion", "Leave the others out for the comparison.");
        }

        FamilyConfig family = new(config);
        FixedBenchData data = BenchInput.ReadLog(parsed, files, family.Plain, board, token);
        BenchSettings limits = new() { Epochs = config.Training.Epochs, Patience = config.Training.EarlyStopping?.Patience ?? 2, ClickedEpochs = 2 * config.Training.Epochs };
        return new FamilyTask(data, family, Limits(limits, quick));
    }

    private static BenchSettings Limits(BenchSettings settings, bool quick) =>
        quick ? settings with { Epochs = Math.Min(4, settings.Epochs), Patience = 1, ClickedEpochs = Math.Min(12, settings.ClickedEpochs), ClickedPatience = 2 }
            : settings with { Epochs = Math.Max(20, settings.Epochs), Patience = 2, ClickedEpochs = Math.Max(40, settings.ClickedEpochs), ClickedPatience = 4 };
}
