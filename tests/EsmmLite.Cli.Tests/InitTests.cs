namespace EsmmLite.Cli.Tests;

/// <summary><c>esmm init</c> from the outside: the file, the table, the next command, and what it refuses.</summary>
public sealed class InitTests : IDisposable
{
    private readonly TestFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void TheCommandThatItPrintsTrains()
    {
        string log = _folder.Write("a log.csv", SmallLog.Text(2000)), config = _folder["esmm.json"];
        ToolRun run = EsmmTool.Good("init", "--data", log, "--click", "click", "--conversion", "conversion", "--group", "user", "--out", config);
        Assert.Contains("2,000 rows, 400 clicks, 134 conversions", run.Output, StringComparison.Ordinal);
        Assert.Contains("\"why\"", File.ReadAllText(config), StringComparison.Ordinal);
        Assert.All(run.Output.Split('\n').TakeWhile(line => !line.Contains("clicks")), line => Assert.InRange(line.Length, 0, 100));

        string next = run.Output.Split('\n').Single(line => line.StartsWith("  esmm train ", StringComparison.Ordinal));
        Assert.Contains("--holdout-by user", next, StringComparison.Ordinal);
        string[] args = [.. next.Replace("'" + log + "'", "LOG", StringComparison.Ordinal).Split(' ', StringSplitOptions.RemoveEmptyEntries).Skip(1).Select(arg => arg == "LOG" ? log : arg)];
        EsmmTool.Good([.. args, "--set", "training.epochs=1"]);
        Assert.True(File.Exists(_folder["esmm.safetensors"]));
    }

    [Fact]
    public void EditorsFindTheSchemaAndWarningsFitTheScreen()
    {
        // The amount is only filled where something was bought: a long warning.
        string log = _folder.Write("log.csv", string.Join('\n', SmallLog.Text(2000).TrimEnd('\n').Split('\n').Select((line, i) => line + (i == 0 ? ",amount_that_was_paid_for_it" : line.EndsWith(",1", StringComparison.Ordinal) ? ",12.5" : ","))));
        string output = EsmmTool.Good("init", "--data", log, "--click", "click", "--conversion", "conversion", "--out", _folder["esmm.json"]).Output;
        Assert.Contains("warning: amount_that_was_paid_for_it is left out", output, StringComparison.Ordinal);
        Assert.All(output.Split('\n').Where(line => !line.StartsWith("  esmm train ", StringComparison.Ordinal)), line => Assert.InRange(line.Length, 0, 100));
        Assert.Contains("\"$schema\": \"esmm.schema.json\"", File.ReadAllText(_folder["esmm.json"]), StringComparison.Ordinal);
        Assert.Equal(File.ReadAllText(Path.Combine(Repository.Root, "docs", "esmm.schema.json")), File.ReadAllText(_folder["esmm.schema.json"]));
    }

    [Fact]
    public void LongNamesStandWholeWhereThereIsRoom()
    {
        string[] names = ["visitor_location_country_id", "average_rate_percent_difference_of_competitors_in_the_last_week_or_so", "price"];
        string log = _folder.Write("log.csv", SmallLog.Text(500).Replace("user,item,price", string.Join(',', names), StringComparison.Ordinal));
        string output = EsmmTool.Good("init", "--data", log, "--click", "click", "--conversion", "conversion", "--out", _folder["esmm.json"]).Output;
        string[] table = [.. output.Split('\n').TakeWhile(line => line.Length > 0)];
        Assert.All(table, line => Assert.InRange(line.Length, 0, 100));
        Assert.Contains(table, line => line.StartsWith("  " + names[0] + " ", StringComparison.Ordinal));
        Assert.Contains(table, line => line.StartsWith("  " + names[1][..30], StringComparison.Ordinal) && line.Contains('…'));
    }

    [Fact]
    public void AnEarlierConfigIsOnlyReplacedWhenForced()
    {
        string log = _folder.Write("log.csv", SmallLog.Text(500)), config = _folder.Write("esmm.json", "mine");
        string[] args = ["init", "--data", log, "--click", "click", "--conversion", "conversion", "--out", config];
        EsmmTool.Bad(2, "--force", args);
        Assert.Equal("mine", File.ReadAllText(config));
        EsmmTool.Good([.. args, "--force"]);
        Assert.Contains("\"fields\"", File.ReadAllText(config), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(3, "Did you mean \"click\"?", "clik", "conversion", "user")]
    [InlineData(3, "--click \"user=u0\"", "user", "conversion", "item")]
    [InlineData(3, "does not occur", "click", "user=u99", "item")]
    [InlineData(3, "there is no column \"search\"", "click", "conversion", "search")]
    [InlineData(2, "a text is empty", "click=", "conversion", "user")]
    public void AWrongColumnIsExplained(int code, string message, string click, string conversion, string group)
    {
        string log = _folder.Write("log.csv", SmallLog.Text(500));
        EsmmTool.Bad(code, message, "init", "--data", log, "--click", click, "--conversion", conversion, "--group", group, "--out", _folder["esmm.json"]);
        Assert.False(File.Exists(_folder["esmm.json"]));
    }
}
