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

    public static void AddTo(Command command)
    {
        foreach (Option option in (Option[])[Regimes, BenchInput.Rows, BenchInput.Data, BenchInput.ConfigFile, BenchInput.Set])
        {
            command.Add(option);
        }

        BenchInput.AddReadingTo(command);
    }

    public static IReadOnlyList<FamilyTask> Read(ParseResult parsed, bool quick, ProgressBoard board, CancellationToken token)
    {
        string[] files = parsed.GetValue(BenchInput.Data) ?? [], regimes = parsed.GetValue(Regimes) ?? [];
        if (files.Length > 0 && regimes.Length > 0)
        {
            throw new EsmmException(EsmmErrorKind.Usage, "--regime and --data exclude each other");
        }

        if (files.Length > 0)
        {
            return [ReadLog(parsed, files, quick, board, token)];
        }

        // Small networks: what a variant is worth shows where capacity is short, and there are hundreds of them to train.
        int rows = parsed.GetValue(BenchInput.Rows) ?? (quick ? QuickRows : Rows);
        return [.. (regimes.Length == 0 ? FamilyTask.UsualWorlds : regimes).Select(name => FamilyTask.Simulated(SimulateCommand.RegimeOf(name, FamilyTask.Worlds), rows, Limits(BenchScale.QuickSettings, quick)))];
    }

    private static FamilyTask ReadLog(ParseResult parsed, string[] files, bool quick, ProgressBoard board, CancellationToken token)
    {
        EsmmConfig config = BenchInput.Config(parsed);
        config = config with { Schema = BenchInput.Comparable(config.Schema, dim: null) };
        if (config.Schema.Labels.Count != 2)
        {
            throw new EsmmException(EsmmErrorKind.Config, $"there are {config.Schema.Labels.Count} labels", parsed.GetValue(BenchInput.ConfigFile), "two, click and conversion", "Leave the others out for the comparison.");
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
