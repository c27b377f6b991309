using System.CommandLine;
using System.Text.RegularExpressions;

namespace EsmmLite.Cli.Tests;

/// <summary>Every command that the tool has, so that tests of all commands hold for the next one too.</summary>
internal static partial class ToolCommands
{
    /// <summary>The commands by their names as they are typed; the root is the empty text.</summary>
    public static IReadOnlyDictionary<string, Command> All { get; } = Below("", CommandLine.Create()).ToDictionary(pair => pair.Name, pair => pair.Command);

    /// <summary>Those that do something; the others only hold commands.</summary>
    public static IEnumerable<string> Leaves => All.Where(pair => pair.Value.Subcommands.Count == 0).Select(pair => pair.Key);

    /// <summary>What a command prints when it is asked for help.</summary>
    public static string Help(string name)
    {
        using var output = new StringWriter();
        CommandLine.Create().Parse([.. Words(name), "--help"]).Invoke(new InvocationConfiguration { Output = output });
        return output.ToString();
    }

    /// <summary>The command lines among a command's examples. What stands behind three spaces explains.</summary>
    public static IEnumerable<string> Examples(string name) =>
        Help(name).Split("Examples:")[^1].Split('\n').Select(line => Example().Match(line)).Where(match => match.Success).Select(match => Explanation().Split(match.Groups[1].Value)[0].TrimEnd());

    public static string[] Words(string name) => name.Split(' ', StringSplitOptions.RemoveEmptyEntries);

    private static IEnumerable<(string Name, Command Command)> Below(string name, Command command) =>
        command.Subcommands.SelectMany(child => Below((name + " " + child.Name).Trim(), child)).Prepend((name, command));

    [GeneratedRegex(@"^  ((?:esmm|z?cat) \S.*)$")]
    private static partial Regex Example();

    [GeneratedRegex(" {3,}")]
    private static partial Regex Explanation();
}
