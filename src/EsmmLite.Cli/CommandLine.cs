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
            InitCommand.Create(),
            TrainCommand.Create(),
            PackCommand.Create(),
            EvaluateCommand.Create(),
            ScoreCommand.Create(),
            InspectCommand.Create(),
            ProfileCommand.Create(),
            ExportCommand.Create(),
        };
        foreach (HelpOption help in root.Options.OfType<HelpOption>())
        {
            help.Action = new HelpWithExamples((HelpAction)help.Action!);
        }

        return root;
    }

    public static async Task<int> RunAsync(string[] args, CancellationToken token)
    {
        try
        {
            return await InvokeAsync(Create().Parse(args, new ParserConfiguration { EnablePosixBundling = false, ResponseFileTokenReplacer = null }), token);
        }
        catch (Exception e)
        {
            return Faults.Report(e);
        }
    }

    private static async Task<int> InvokeAsync(ParseResult parsed, CancellationToken token)
    {
        if (parsed.Action is ParseErrorAction || parsed.Errors.Count > 0 && parsed.Action is not CommandLineAction { ClearsParseErrors: true })
        {
            return Refuse(parsed);
        }

        // The token is ours: the library's own handler would kill the process after a grace period.
        return await parsed.InvokeAsync(new InvocationConfiguration { EnableDefaultExceptionHandler = false, ProcessTerminationTimeout = null }, token);
    }

    private static int Refuse(ParseResult parsed)
    {
        foreach (string message in parsed.Errors.Select(error => error.Message).Distinct())
        {
            Console.Error.WriteLine("esmm: " + message);
        }

        Console.Error.WriteLine("Try: " + FullName(parsed.CommandResult) + " --help");
        return ExitCodes.Usage;
    }

    private static string FullName(CommandResult result) => result.Parent is CommandResult parent ? FullName(parent) + " " + result.Command.Name : "esmm";
}
