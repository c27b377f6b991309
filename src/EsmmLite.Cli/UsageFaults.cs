using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;
using EsmmLite.Diagnostics;

namespace EsmmLite.Cli;

/// <summary>What is wrong with a command line, in words for whoever typed it.</summary>
internal static class UsageFaults
{
    /// <summary>The faults; empty for a good command line.</summary>
    /// <param name="parsed">What the parser made of it.</param>
    /// <param name="args">What was typed.</param>
    public static IReadOnlyList<string> Of(ParseResult parsed, IReadOnlyList<string> args)
    {
        // Whatever else the parser says follows from the word that it did not know.
        List<string> unknown = [.. UnknownCommand(parsed)];
        if (unknown.Count == 0)
        {
            unknown.AddRange(UnknownOptions(parsed.CommandResult, args));
        }

        return unknown.Count > 0 ? unknown : [.. parsed.Errors.Select(Words).Concat(BadNumbers(parsed.CommandResult)).Distinct()];
    }

    private static IEnumerable<string> UnknownCommand(ParseResult parsed)
    {
        Command command = parsed.CommandResult.Command;
        if (command.Subcommands.Count > 0 && parsed.UnmatchedTokens.FirstOrDefault() is { } word && !IsOption(word))
        {
            string[] known = [.. command.Subcommands.Select(known => known.Name)];
            string suggestion = Suggestion(word, known);
            yield return "there is no command '" + word + "'" + (suggestion.Length > 0 ? suggestion : "; expected one of " + string.Join(", ", known));
        }
    }

    /// <summary>The parser takes a misspelt option for a value of the option before it: a file called --jsno.</summary>
    private static IEnumerable<string> UnknownOptions(CommandResult result, IReadOnlyList<string> args)
    {
        List<string> known = [];
        for (CommandResult? at = result; at is not null; at = at.Parent as CommandResult)
        {
            known.AddRange(at.Command.Options.Where(option => at == result || option.Recursive).SelectMany(option => option.Aliases.Prepend(option.Name)));
        }

        foreach (string arg in args.TakeWhile(arg => arg != "--").Where(IsOption))
        {
            string name = arg.Split('=', ':')[0];
            if (!known.Contains(name))
            {
                // Any two letters are near each other.
                yield return "there is no option '" + name + "'" + (name.Length > 2 ? Suggestion(name, known.Where(option => option.Length > 2)) : "");
            }
        }
    }

    // "-" is standard input, -3 a number, and -pctr^2 a rank score.
    private static bool IsOption(string arg) => arg.Length > 1 && arg[0] == '-' && !char.IsAsciiDigit(arg[1]) && arg[1] != '.'
        && arg.TakeWhile(c => c is not ('=' or ':')).All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_');

    private static string Suggestion(string name, IEnumerable<string> known) => ErrorText.Nearest(name, known) is { } near ? "; did you mean '" + near + "'?" : "";

    private static string Words(ParseError error) =>
        error.SymbolResult is OptionResult result && error.Message.Contains(result.Option.ValueType.ToString(), StringComparison.Ordinal) ? Words(result) : error.Message;

    private static string Words(OptionResult result)
    {
        Type type = Nullable.GetUnderlyingType(result.Option.ValueType) ?? result.Option.ValueType;
        string expected = type == typeof(int) || type == typeof(long) ? "a whole number" : type == typeof(double) ? "a number with a decimal point, such as 0.5" : "another kind of value";
        return result.Option.Name + " is '" + string.Join(' ', result.Tokens.Select(token => token.Value)) + "', but must be " + expected;
    }

    /// <summary>The parser reads 0,2 as 2: it takes the comma for one between thousands.</summary>
    private static IEnumerable<string> BadNumbers(CommandResult result)
    {
        foreach (OptionResult option in result.Children.OfType<OptionResult>().Where(option => option.Option is Option<double> { CustomParser: null } or Option<double?> { CustomParser: null }))
        {
            if (option.Tokens.Any(token => !double.TryParse(token.Value, NumberStyles.Float, CultureInfo.InvariantCulture, out double number) || !double.IsFinite(number)))
            {
                yield return Words(option);
            }
        }
    }
}
