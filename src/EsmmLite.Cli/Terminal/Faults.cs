using EsmmLite.Cli.Training;

namespace EsmmLite.Cli.Terminal;

/// <summary>Turns what was thrown into a message on standard error and an exit code (docs/cli.md).</summary>
internal static class Faults
{
    /// <summary>The environment variable that asks for a stack trace.</summary>
    public const string DebugVariable = "ESMM_DEBUG";

    public static int Report(Exception fault)
    {
        int code = Report(fault, Console.Error);
        if (Environment.GetEnvironmentVariable(DebugVariable) is { Length: > 0 })
        {
            Console.Error.WriteLine(fault);
        }

        return code;
    }

    /// <summary>Reports what reached no handler, on any thread, in place of the runtime's stack trace.</summary>
    public static void ReportUnhandled(object sender, UnhandledExceptionEventArgs fault) => Environment.Exit(Report((Exception)fault.ExceptionObject));

    public static int CodeOf(EsmmErrorKind kind) => kind switch
    {
        EsmmErrorKind.Usage or EsmmErrorKind.Config => ExitCodes.Usage,
        EsmmErrorKind.Data or EsmmErrorKind.ModelFile => ExitCodes.Data,
        EsmmErrorKind.Numeric => ExitCodes.Diverged,
        _ => ExitCodes.Unexpected,
    };

    private static int Report(Exception fault, TextWriter error)
    {
        switch (fault)
        {
            case EsmmException e:
                error.WriteLine("esmm: " + e.Message);
                return CodeOf(e.Kind);
            case InterruptedRun:
                error.WriteLine("esmm: " + OneLine(fault.Message) + ".");
                return ExitCodes.Interrupted;
            case OperationCanceledException:
                error.WriteLine("esmm: interrupted; nothing was saved.");
                return ExitCodes.Interrupted;
            case AggregateException { InnerExceptions.Count: 1 } e:
                return Report(e.InnerExceptions[0], error);
            case IOException or UnauthorizedAccessException:
                // A full disk, a folder that may not be read: neither the program's fault nor the command line's.
                error.WriteLine("esmm: " + OneLine(fault.Message));
                return ExitCodes.Data;
            case OutOfMemoryException:
                error.WriteLine("esmm: there is not enough memory. Use fewer rows or smaller dims for the tables, or smaller batches.");
                return ExitCodes.Unexpected;
            default:
                error.WriteLine("esmm: unexpected fault (" + fault.GetType().Name + ": " + OneLine(fault.Message) + "). Please report it with what " + DebugVariable + "=1 prints.");
                return ExitCodes.Unexpected;
        }
    }

    private static string OneLine(string message) => message.ReplaceLineEndings(" ").TrimEnd('.');
}
