using System.CommandLine;
using System.CommandLine.Parsing;
using EsmmLite.Cli.Terminal;
using EsmmLite.Formats.BadInput;
using EsmmLite.Formats.Delimited;

namespace EsmmLite.Cli.Commands;

/// <summary>How every command that reads a log reads it: delimiter, and what becomes of bad rows.</summary>
internal static class LogOptions
{
    private static readonly Option<char?> Delimiter = new("--delimiter")
    {
        Description = "What stands between two fields, or 'tab'; by the file's name or header unless given.",
        HelpName = "CHAR",
        CustomParser = Character,
    };

    private const string MaxBadRows = "--max-bad-rows";

    private static readonly Option<string?> QuarantineFile = new("--quarantine") { Description = "Keep bad rows in this file, with line and reason.", HelpName = "FILE" };

    /// <summary>Adds the options.</summary>
    /// <param name="command">To what.</param>
    /// <param name="usualShare">The share of rows that may be bad unless it is given.</param>
    public static void AddTo(Command command, double usualShare = BadRowLimit.Usual)
    {
        AddDelimiter(command);
        command.Options.Add(new Option<double?>(MaxBadRows)
        {
            Description = FormattableString.Invariant($"Share of rows that may be bad and are left out ({usualShare} unless given)."),
            HelpName = "SHARE",
            Validators = { RequireShare },
        });
        command.Options.Add(QuarantineFile);
    }

    /// <summary>Adds the one option of a command that says by itself what becomes of bad rows.</summary>
    public static void AddDelimiter(Command command) => command.Options.Add(Delimiter);

    /// <summary>The delimiter that was given, and the share of rows that may be bad.</summary>
    public static DelimitedLogOptions ReadDelimiter(ParseResult parsed, double share = BadRowLimit.Usual) => new() { Delimiter = parsed.GetValue(Delimiter), MaxBadRows = share };

    /// <summary>The options; their quarantine is the caller's to dispose of.</summary>
    /// <param name="parsed">The command line.</param>
    /// <param name="files">Files that are read or written: none of them may be the quarantine.</param>
    /// <param name="usualShare">The share of rows that may be bad unless it is given.</param>
    public static DelimitedLogOptions Read(ParseResult parsed, IEnumerable<string> files, double usualShare = BadRowLimit.Usual)
    {
        string? quarantine = parsed.GetValue(QuarantineFile);
        if (quarantine is not null)
        {
            Files.RequireWritable("--quarantine", quarantine, files.Where(file => file != Options.StandardStream));
        }

        return new DelimitedLogOptions
        {
            Delimiter = parsed.GetValue(Delimiter),
            MaxBadRows = parsed.GetValue<double?>(MaxBadRows) ?? usualShare,
            Quarantine = quarantine is null ? null : new Quarantine(quarantine),
        };
    }

    /// <summary>What to say of bad rows; null if there were none.</summary>
    public static string? Note(BadRowCounts counts, DelimitedLogOptions options) => counts.Bad == 0 ? null
        : "note: " + counts + " and left out" + (options.Quarantine is { } quarantine ? ", kept in " + quarantine.Path : "; --quarantine FILE shows them");

    private static char? Character(ArgumentResult result)
    {
        string text = result.Tokens[0].Value;
        char? character = text switch
        {
            "tab" or "\\t" => '\t',
            [var c] when !char.IsSurrogate(c) && c is not ('"' or '\r' or '\n' or '\0' or '{') && !char.IsAsciiLetterOrDigit(c) => c,
            _ => null,
        };
        if (character is null)
        {
            result.AddError($"--delimiter is '{text}', but must be one character, no letter, digit or quote; or tab.");
        }

        return character;
    }

    private static void RequireShare(OptionResult result)
    {
        if (result.Tokens.Count == 1 && double.TryParse(result.Tokens[0].Value, System.Globalization.CultureInfo.InvariantCulture, out double share) && !(share >= 0 && share <= 1))
        {
            result.AddError(FormattableString.Invariant($"--max-bad-rows is {share}, but must be between 0 and 1."));
        }
    }
}
