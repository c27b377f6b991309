using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;

namespace EsmmLite.Cli.Commands;

/// <summary>Options that several commands share.</summary>
internal static class Options
{
    public const string StandardStream = "-";

    public static Option<string> Model() => new("--model", "-m") { Description = "The model file.", HelpName = "FILE", Required = true };

    public static Option<string> Config() => new("--config", "-c") { Description = "What to train: fields, labels, towers, training (JSON; see samples).", HelpName = "FILE", Required = true };

    public static Option<string[]> Set() => new("--set") { Description = "Override a key of the config; may be repeated.", HelpName = "KEY=VALUE" };

    public static Option<string[]> Data(string description) => new("--data", "-d")
    {
        Description = description,
        HelpName = "FILE...",
        Required = true,
        AllowMultipleArgumentsPerToken = true,
        Arity = ArgumentArity.OneOrMore,
    };

    /// <summary>Refuses standard input where a log is read more than once.</summary>
    public static void RequireFiles(IEnumerable<string> data)
    {
        if (data.Contains(StandardStream))
        {
            throw new EsmmException(EsmmErrorKind.Usage, "training reads the log twice, and standard input can be read only once", "--data -", "the name of a file", "Save it to a file first.");
        }
    }

    public static Option<int> Threads()
    {
        var option = new Option<int>("--threads")
        {
            Description = "Threads to compute with; 0 for one a core. The result does not depend on it.",
            HelpName = "N",
            DefaultValueFactory = _ => 0,
        };
        option.Validators.Add(result => RequireRange(result, 1024));
        return option;
    }

    /// <summary>The threads that <see cref="Threads"/> asks for.</summary>
    public static int ThreadCount(ParseResult parsed, Option<int> threads) => parsed.GetValue(threads) is > 0 and int given ? given : Environment.ProcessorCount;

    public static Option<int?> Count(string name, string description, int most)
    {
        var option = new Option<int?>(name) { Description = description, HelpName = "N" };
        option.Validators.Add(result => RequireRange(result, most, least: 1));
        return option;
    }

    public static Option<ulong?> Seed(string description) => new("--seed") { Description = description, HelpName = "N" };

    public static Option<bool> Json(string description) => new("--json") { Description = description };

    // A text that is no number is refused by the parser itself.
    private static void RequireRange(OptionResult result, long most, long least = 0)
    {
        if (result.Tokens.Count == 1 && long.TryParse(result.Tokens[0].Value, NumberStyles.Integer, CultureInfo.InvariantCulture, out long value) && (value < least || value > most))
        {
            result.AddError(FormattableString.Invariant($"{result.Option.Name} is {value}, but must be between {least} and {most}."));
        }
    }
}
