using System.Globalization;
using EsmmLite.Cli.Terminal;

namespace EsmmLite.Cli;

/// <summary>The <c>esmm</c> tool.</summary>
internal static class Program
{
    private static async Task<int> Main(string[] args)
    {
        // The command line's own parser reads numbers as the machine's culture writes them: 0.25 would be no number in Turkey, and 25 in Germany.
        CultureInfo.DefaultThreadCurrentCulture = CultureInfo.DefaultThreadCurrentUICulture = CultureInfo.InvariantCulture;
        CultureInfo.CurrentCulture = CultureInfo.CurrentUICulture = CultureInfo.InvariantCulture;
        AppDomain.CurrentDomain.UnhandledException += Faults.ReportUnhandled;
        using var interrupt = new Interrupt();
        return await CommandLine.RunAsync(args, interrupt.Token);
    }
}
