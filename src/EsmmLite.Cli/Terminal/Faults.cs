namespace EsmmLite.Cli.Terminal;

/// <summary>Turns what was thrown into a message on standard error and an exit code.</summary>
internal static class Faults
{
    public static int Report(Exception fault)
    {
        switch (fault)
        {
            case EsmmException e:
                Console.Error.WriteLine("esmm: " + e.Message);
                return CodeOf(e.Kind);
            case OperationCanceledException:
                Console.Error.WriteLine("esmm: interrupted; nothing was saved.");
                return ExitCodes.Interrupted;
            case AggregateException { InnerExceptions.Count: 1 } e:
                return Report(e.InnerExceptions[0]);
            case IOException or UnauthorizedAccessException:
                // A full disk, a closed pipe: the machine's fault, not a fault of the program.
                Console.Error.WriteLine("esmm: " + fault.Message);
                return ExitCodes.Unexpected;
            default:
                Console.Error.WriteLine("esmm: unexpected fault; please report it with this text:");
                Console.Error.WriteLine(fault.ToString());
                return ExitCodes.Unexpected;
        }
    }

    public static int CodeOf(EsmmErrorKind kind) => kind switch
    {
        EsmmErrorKind.Usage or EsmmErrorKind.Config => ExitCodes.Usage,
        EsmmErrorKind.Data or EsmmErrorKind.ModelFile => ExitCodes.Data,
        EsmmErrorKind.Numeric => ExitCodes.Diverged,
        _ => ExitCodes.Unexpected,
    };
}
