using Spectre.Console;

namespace EsmmLite.Cli.Terminal;

/// <summary>Whether output and error go to a terminal, and how wide it is.</summary>
internal static class Screen
{
    /// <summary>The most columns of anything, terminal or not.</summary>
    public const int PlainWidth = 100;

    public static bool OutputIsTerminal { get; } = !Console.IsOutputRedirected && IsCapable;

    public static bool ErrorIsTerminal { get; } = !Console.IsErrorRedirected && IsCapable;

    private static bool IsCapable => Environment.GetEnvironmentVariable("TERM") != "dumb";

    /// <summary>A console for standard output or standard error; only to be used where that is a terminal.</summary>
    public static IAnsiConsole ConsoleOf(TextWriter writer)
    {
        IAnsiConsole console = AnsiConsole.Create(new AnsiConsoleSettings { Out = new AnsiConsoleOutput(writer) });
        console.Profile.Width = Math.Clamp(console.Profile.Width, 40, PlainWidth);
        return console;
    }
}
