using System.Text.RegularExpressions;

namespace EsmmLite.Cli.Tests;

public sealed partial class HelpTests
{
    [Fact]
    public void HelpNamesCommandsExamplesAndExitCodes()
    {
        ToolRun run = EsmmTool.Good("--help");
        foreach (string text in (ReadOnlySpan<string>)["demo", "init", "train", "evaluate", "score", "inspect", "profile", "export", "Examples:", "esmm train --config", "Exit codes:", "4 training diverged"])
        {
            Assert.Contains(text, run.Output, StringComparison.Ordinal);
        }
    }

    [Theory]
    [InlineData("demo", "--quick")]
    [InlineData("init", "--group")]
    [InlineData("train", "--holdout-by")]
    [InlineData("evaluate", "--json")]
    [InlineData("score", "pctr,pcvr,pctcvr")]
    [InlineData("inspect", "--json")]
    [InlineData("profile", "--batch")]
    [InlineData("export", "onnx")]
    [InlineData("export onnx", "--model")]
    public void EveryCommandExplainsItself(string command, string text)
    {
        ToolRun run = EsmmTool.Good([.. command.Split(' '), "--help"]);
        Assert.Contains(text, run.Output, StringComparison.Ordinal);
        Assert.Contains("esmm " + command + " ", run.Output, StringComparison.Ordinal);
        Assert.Contains("Examples:", run.Output, StringComparison.Ordinal);
    }

    [Fact]
    public void VersionIsANumber() => Assert.Matches(VersionLine(), EsmmTool.Good("--version").Output);

    [GeneratedRegex(@"^\d+\.\d+\.\d+\s*$")]
    private static partial Regex VersionLine();
}
