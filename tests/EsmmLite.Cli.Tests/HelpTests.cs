using System.CommandLine;
using System.Text.RegularExpressions;

namespace EsmmLite.Cli.Tests;

public sealed partial class HelpTests
{
    public static TheoryData<string> Commands => [.. ToolCommands.All.Keys];

    [Fact]
    public void HelpNamesEveryCommandAndExitCode()
    {
        string output = EsmmTool.Good("--help").Output;
        Assert.All(ToolCommands.All.Keys.Where(name => name.Length > 0), name => Assert.Matches("esmm " + name + @"\s", output));
        Assert.All(["Exit codes:", "2 bad usage", "3 bad data", "4 training diverged", "130 interrupted"], text => Assert.Contains(text, output, StringComparison.Ordinal));
    }

    [Theory]
    [MemberData(nameof(Commands))]
    public void EveryCommandExplainsItself(string name)
    {
        string help = ToolCommands.Help(name);
        Assert.Contains("Examples:", help, StringComparison.Ordinal);
        string[] examples = [.. ToolCommands.Examples(name)];
        Assert.NotEmpty(examples);
        Assert.All(examples, example => Assert.Contains("esmm " + name, example, StringComparison.Ordinal));
        Assert.All(help.Split('\n'), line => Assert.True(line.TrimEnd().Length <= (line.StartsWith("  esmm ", StringComparison.Ordinal) ? 120 : 100), line)); // a command isn't broken
        Assert.DoesNotContain("System.", help, StringComparison.Ordinal);
        foreach (Option option in ToolCommands.All[name].Options)
        {
            Assert.True(option.Description is { Length: > 10 } && option.Description.EndsWith('.') || option is System.CommandLine.Help.HelpOption or VersionOption, name + " " + option.Name + " has no description");
            Assert.True(option.HelpName is not null || option.ValueType == typeof(bool) || option is System.CommandLine.Help.HelpOption or VersionOption, name + " " + option.Name + " does not say what it takes");
        }
    }

    [Fact]
    public void VersionIsANumber() => Assert.Matches(VersionLine(), EsmmTool.Good("--version").Output);

    [GeneratedRegex(@"^\d+\.\d+\.\d+\s*$")]
    private static partial Regex VersionLine();
}
