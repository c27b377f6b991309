using System.CommandLine;
using EsmmLite.Cli.Drafting;
using EsmmLite.Cli.Terminal;
using EsmmLite.Formats.BadInput;
using EsmmLite.Formats.Delimited;
using EsmmLite.Formats.Drafting;
using EsmmLite.Formats.Profiling;
using EsmmLite.Persistence;

namespace EsmmLite.Cli.Commands;

/// <summary><c>esmm init</c>.</summary>
internal static class InitCommand
{
    public const string Examples =
        """
        Examples:
          esmm init --data log.csv.gz --click clicked --conversion bought --group search_id --out esmm.json
          esmm init --data log.csv --click "result!=Withdrawn" --conversion "result=Pass,Distinction" --out esmm.json

        A label column holds 0 and 1 (or yes and no); otherwise name the texts that count as 1, or
        after != those that count as 0. A text with a comma stands in double quotes.

        Name the group (the column of the request, search or user) if there is one: fields with one
        value in each group are the request's, and rows are set aside by it. The log is read once,
        in bounded memory. The config trains as it is and says why each column became what it is,
        or was left out; read the warnings, above all those about leaks.
        """;

    private static readonly Option<string[]> Data = Options.Data("The log: CSV or TSV with a header, or JSON lines, plain or gzipped; several files are read as one.");
    private static readonly Option<string> Click = new("--click") { Description = "The column that tells a click; or which of its texts do.", HelpName = "COLUMN[=TEXT,..]", Required = true };
    private static readonly Option<string> Conversion = new("--conversion") { Description = "The column that tells a conversion; or which of its texts do.", HelpName = "COLUMN[=TEXT,..]", Required = true };
    private static readonly Option<string?> Group = new("--group") { Description = "The column whose equal values mark the rows of one request, search or user.", HelpName = "COLUMN" };
    private static readonly Option<string?> Time = new("--time") { Description = "The column with the time of the impression.", HelpName = "COLUMN" };
    private static readonly Option<int?> Rows = Options.Count("--rows", "Look at the first rows only.", int.MaxValue);
    private static readonly Option<string> Out = new("--out", "-o") { Description = "The config to write.", HelpName = "FILE", Required = true };
    private static readonly Option<bool> Force = new("--force") { Description = "Replace a file that is there." };

    public static Command Create()
    {
        var command = new Command("init", "Look at a log and write a config that fits it, with reasons.") { Data, Click, Conversion, Group, Time, Rows, Out, Force };
        LogOptions.AddTo(command);
        command.SetAction((parsed, token) => Task.FromResult(Run(parsed, token)));
        return command;
    }

    private static int Run(ParseResult parsed, CancellationToken token)
    {
        string[] data = parsed.GetRequiredValue(Data);
        string path = parsed.GetRequiredValue(Out);
        if (data.Contains(Options.StandardStream))
        {
            throw new EsmmException(EsmmErrorKind.Usage, "standard input can be read only once, and training needs the log again", "--data -", "the name of a file", "Save it to a file first.");
        }

        Files.RequireWritable("--out", path, data);
        RequireNew(path, parsed.GetValue(Force));
        DelimitedLogOptions reading = LogOptions.Read(parsed, [.. data, path]);
        using Quarantine? quarantine = reading.Quarantine;
        using var log = new DelimitedLog(data, reading);
        LogProfileOptions options = OptionsOf(parsed, log);
        LogProfile profile = ProgressBoard.Run(board =>
        {
            using ProgressPhase phase = board.Begin("looking");
            return LogProfiler.Run(log, options, new RowProgress(phase, options.Rows), token);
        });
        ConfigDraft draft = ConfigDraft.Of(profile);
        string schema = ConfigSchema.PutBeside(path), json = draft.ToJson(ConfigSchema.FileName);
        AtomicFile.WriteText(path, json);
        DraftReport.Write(draft, path, schema);
        return ExitCodes.Done;
    }

    private static LogProfileOptions OptionsOf(ParseResult parsed, DelimitedLog log)
    {
        IReadOnlyList<string> header = log.Header();
        return new LogProfileOptions
        {
            Click = LabelRule.Parse(parsed.GetRequiredValue(Click), "--click", header),
            Conversion = LabelRule.Parse(parsed.GetRequiredValue(Conversion), "--conversion", header),
            Group = parsed.GetValue(Group),
            Time = parsed.GetValue(Time),
            Rows = parsed.GetValue(Rows),
        };
    }

    private static void RequireNew(string path, bool force)
    {
        if (!force && File.Exists(path))
        {
            throw new EsmmException(EsmmErrorKind.Usage, "the file is there already", "--out " + path, "the name of a new file", "Say --force to replace it.");
        }
    }
}
