using EsmmLite.Cli.Terminal;

namespace EsmmLite.Cli;

/// <summary>The <c>esmm</c> tool.</summary>
internal static class Program
{
    private static async Task<int> Main(string[] args)
    {
        AppDomain.CurrentDomain.UnhandledException += Faults.ReportUnhandled;
        using var interrupt = new Interrupt();
        return await CommandLine.RunAsync(args, interrupt.Token);
    }
}
