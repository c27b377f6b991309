using System.CommandLine;
using System.CommandLine.Help;
using System.CommandLine.Invocation;
using System.CommandLine.Parsing;
using EsmmLite.Cli.Commands;
using EsmmLite.Cli.Terminal;

namespace EsmmLite.Cli;

/// <summary>The commands, and what becomes of their faults.</summary>
internal static class CommandLine
{
    private const string Description =
        """
        EsmmLite: click and conversion ranking. Trains ESMM (pCTR, pCVR and pCTCVR over all
        impressions) on an impression log, evaluates it, and scores new impressions.
        """;

    public static RootCommand Create()
    {
        var root = new RootCommand(Description)
        {
            DemoCommand.Create(),
            SimulateCommand.Create(),
            PaperBenchCommand.Create(),
            FamilyBenchCommand.Create(),
            InitCommand.Create(),
            TrainCommand.Create(),
            PackCommand.Create(),
            CalibrateCommand.Create(),
            EvaluateCommand.Create(),
            ReportCommand.Create(),
            CompareCommand.Create(),
            DiffCommand.Create(),
            ExplainCommand.Create(),
            ScoreCommand.Create(),
            TuneRankCommand.Create(),
            SweepCommand.Create(),
            DoctorCommand.Create(),
            InspectCommand.Create(),
            ProfileCommand.Create(),
            ExportCommand.Create(),
            ConvertCommand.Create(),
        };
        foreach (HelpOption help in root.Options.OfType<HelpOption>())
        {
            var usual = (HelpAction)help.Action!;
            usual.MaxWidth = Math.Min(usual.MaxWidth, Screen.PlainWidth);
            help.Action = new HelpWithExamples(usual);
        }

        return root;
    }

    public static async Task<int> RunAsync(string[] args, CancellationToken token)
    {
        try
        {
            return await InvokeAsync(Create().Parse(args, new ParserConfiguration { EnablePosixBundling = false, ResponseFileTokenReplacer = null }), args, token);
        }
        catch (Exception e)
        {
            return Faults.Report(e);
        }
    }

    private static async Task<int> InvokeAsync(ParseResult parsed, string[] args, CancellationToken token)
    {
        if (parsed.Action is not CommandLineAction { ClearsParseErrors: true } || parsed.Action is ParseErrorAction)
        {
            IReadOnlyList<string> faults = UsageFaults.Of(parsed, args);
            if (faults.Count > 0)
            {
                return Refuse(parsed, faults);
            }
        }

        // The token is ours: the library's own handler would kill the process after a grace period.
        return await parsed.InvokeAsync(new InvocationConfiguration { EnableDefaultExceptionHandler = false, ProcessTerminationTimeout = null }, token);
    }

    private static int Refuse(ParseResult parsed, IReadOnlyList<string> faults)
    {
        foreach (string fault in faults)
        {
            Console.Error.WriteLine("esmm: " + fault.TrimEnd('.') + (fault.EndsWith('?') ? "" : "."));
        }

        Console.Error.WriteLine("Try: " + FullName(parsed.CommandResult) + " --help");
        return ExitCodes.Usage;
    }

    private static string FullName(CommandResult result) => result.Parent is CommandResult parent ? FullName(parent) + " " + result.Command.Name : "esmm";
}
