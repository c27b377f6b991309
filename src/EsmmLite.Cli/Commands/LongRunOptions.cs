using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;
using EsmmLite.Cli.Training;
using EsmmLite.Diagnostics;
using EsmmLite.Model;

namespace EsmmLite.Cli.Commands;

/// <summary>Options of runs that are interrupted, go on, or begin with an earlier model.</summary>
internal static class LongRunOptions
{
    private const string EveryName = "--checkpoint-every";

    private static readonly Option<string?> Checkpoint = new("--checkpoint") { Description = "Save a checkpoint in this folder every so often, and when interrupted.", HelpName = "DIR" };
    private static readonly Option<string?> Every = new(EveryName) { Description = "How often: a time such as 90s, 10m or 2h, or a number of steps. 10m unless given.", HelpName = "TIME" };
    private static readonly Option<bool> Resume = new("--resume") { Description = "Go on from the newest checkpoint, or begin where there is none." };
    private static readonly Option<string?> InitFrom = new("--init-from") { Description = "Begin with the weights of an earlier model; fields, entries and buckets may be new.", HelpName = "MODEL" };

    public static void AddTo(Command command)
    {
        Every.Validators.Clear();
        Every.Validators.Add(RequireInterval);
        foreach (Option option in (Option[])[Checkpoint, Every, Resume, InitFrom])
        {
            command.Options.Add(option);
        }
    }

    /// <summary>What the options ask for; the earlier model is loaded, so that a bad one is refused before the log is read.</summary>
    public static LongRun Read(ParseResult parsed)
    {
        string? folder = parsed.GetValue(Checkpoint);
        if (folder is null && (parsed.GetValue(Resume) || parsed.GetValue(Every) is not null))
        {
            throw new EsmmException(EsmmErrorKind.Usage, (parsed.GetValue(Resume) ? "--resume" : EveryName) + " says nothing without a folder of checkpoints", expected: "--checkpoint DIR");
        }

        _ = TryInterval(parsed.GetValue(Every) ?? "10m", out TimeSpan? time, out long? steps);
        string? initial = parsed.GetValue(InitFrom);
        return new LongRun(folder, time, steps, parsed.GetValue(Resume), initial, initial is null ? null : EsmmModel.Load(initial));
    }

    private static void RequireInterval(OptionResult result)
    {
        if (result.Tokens.Count == 1 && !TryInterval(result.Tokens[0].Value, out _, out _))
        {
            result.AddError(EveryName + " is " + ErrorText.Quote(result.Tokens[0].Value) + ", but must be a number of seconds, minutes or hours such as 90s, 10m or 2h, or of steps such as 5000.");
        }
    }

    private static bool TryInterval(string text, out TimeSpan? time, out long? steps)
    {
        (time, steps) = (null, null);
        int seconds = text.Length == 0 ? 0 : text[^1] switch { 's' => 1, 'm' => 60, 'h' => 3600, _ => 0 };
        if (!long.TryParse(seconds > 0 ? text[..^1] : text, NumberStyles.None, CultureInfo.InvariantCulture, out long number) || number is < 1 or > 1_000_000_000)
        {
            return false;
        }

        (time, steps) = seconds > 0 ? ((TimeSpan?)TimeSpan.FromSeconds(number * seconds), (long?)null) : (null, number);
        return true;
    }
}
