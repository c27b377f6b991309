using System.Diagnostics;

namespace EsmmLite.Cli.Tests;

public sealed class ExitCodeTests : IDisposable
{
    private readonly TestFolder _folder = new();
    private readonly string _config;
    private readonly string _log;
    private readonly string _out;

    public ExitCodeTests()
    {
        _config = _folder.Write("esmm.json", SmallLog.Config);
        _log = _folder.Write("log.csv", SmallLog.Text(500));
        _out = _folder["model.safetensors"];
    }

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void NoCommandIsBadUsage() => EsmmTool.Bad(2, "esmm --help");

    [Fact]
    public void AnUnknownCommandIsBadUsage() => EsmmTool.Bad(2, "'tarin'", "tarin");

    [Fact]
    public void AMissingOptionIsBadUsage() => EsmmTool.Bad(2, "--config", "train", "--data", _log, "--out", _out);

    [Fact]
    public void AnExportMustSayWhatAndFromWhere()
    {
        EsmmTool.Bad(2, "Try: esmm export --help", "export");
        EsmmTool.Bad(2, "Try: esmm export onnx --help", "export", "onnx", "--out", _out);
    }

    public static TheoryData<string> Leaves => [.. ToolCommands.Leaves];

    public static TheoryData<string, string> Numbers =>
        [.. ToolCommands.Leaves.SelectMany(name => ToolCommands.All[name].Options.Where(IsNumber).Select(option => (name, option.Name)))];

    [Theory]
    [MemberData(nameof(Leaves))]
    public void AMisspeltOptionIsNoFileButBadUsage(string command)
    {
        // After an option that takes any number of files, too.
        string[] words = ToolCommands.Words(command);
        EsmmTool.Bad(2, "there is no option '--jsno'", [.. words, "--data", _log, "--jsno"]);
        EsmmTool.Bad(2, "there is no option '-q'", [.. words, "--out", "-q"]);
        Assert.Contains("; did you mean '--help'?", EsmmTool.Bad(2, "'--hepl'", [.. words, "--hepl=3"]).Error, StringComparison.Ordinal);
    }

    [Theory]
    [MemberData(nameof(Numbers))]
    public void ANumberThatIsNoneIsBadUsage(string command, string option)
    {
        ToolRun run = EsmmTool.Bad(2, option + " is 'abc', but must be a", [.. ToolCommands.Words(command), option, "abc"]);
        Assert.DoesNotContain("System.", run.Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("0,2", "with a decimal point")]
    [InlineData("1e400", "with a decimal point")]
    [InlineData("1.5", "between 0 and 1")]
    [InlineData("-0.5", "between 0 and 1")]
    public void AShareIsWrittenWithAPoint(string share, string message) => EsmmTool.Bad(2, message, Train("--holdout", share, "--holdout-by", "user"));

    [Fact]
    public void ASuggestionIsMadeForACommandToo() => Assert.Contains("did you mean 'train'?", EsmmTool.Bad(2, "there is no command 'tarin'", "tarin", "--config", _config).Error, StringComparison.Ordinal);

    [Fact]
    public void AWrongCommandIsToldAloneAndWithThoseThatThereAre()
    {
        // Its options belong to the command that was meant.
        Assert.DoesNotContain("option", EsmmTool.Bad(2, "there is no command 'tarin'", "tarin", "-c", _config).Error, StringComparison.Ordinal);
        EsmmTool.Bad(2, "there is no command 'tensorflow'; expected one of onnx", "export", "tensorflow", "-m", "m.safetensors");
        Assert.DoesNotContain("did you mean", EsmmTool.Bad(2, "there is no option '-x'", "train", "-x", "1").Error, StringComparison.Ordinal);
    }

    [Fact]
    public void AWorldOutOfRangeNamesTheOptions()
    {
        ToolRun run = EsmmTool.Bad(2, "--ctr is 2", "simulate", "--out", _out + "-world", "--ctr", "2", "--users", "0");
        Assert.Contains("--users is 0", run.Error, StringComparison.Ordinal);
        Assert.DoesNotContain("FunnelSimulatorOptions", run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void WhatTheConfigNeedsIsToldAtOnce()
    {
        // Every option that is missing, not the first.
        ToolRun run = EsmmTool.Bad(2, "--config", "train");
        Assert.Contains("--data", run.Error, StringComparison.Ordinal);
        Assert.Contains("--out", run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void TooManyThreadsAreBadUsage() => EsmmTool.Bad(2, "--threads", Train("--threads", "2000"));

    [Fact]
    public void TrainingFromStandardInputIsRefused() => EsmmTool.Bad(2, "standard input can be read only once", "train", "--config", _config, "--data", "-", "--out", _out);

    [Fact]
    public void NothingThatIsReadIsEverReplaced()
    {
        foreach (string input in (string[])[_log, _config])
        {
            byte[] before = File.ReadAllBytes(input);
            EsmmTool.Bad(2, "one of the files that are read", "train", "--config", _config, "--data", _log, "--out", input);
            Assert.Equal(before, File.ReadAllBytes(input));
        }

        EsmmTool.Bad(2, "one of the files that are read", "score", "--model", _out, "--data", _log, "--out", _log);
        EsmmTool.Bad(2, "one of the files that are read", "export", "onnx", "--model", _out, "--out", _out);
    }

    [Fact]
    public void AHoldoutMustSayByWhat() => EsmmTool.Bad(2, "--holdout-by", Train("--holdout", "0.2"));

    [Fact]
    public void AHoldoutOfEverythingIsRefused() => EsmmTool.Bad(2, "between 0 and 1", Train("--holdout", "1", "--holdout-by", "row"));

    [Fact]
    public void ValidAndHoldoutExcludeEachOther() => EsmmTool.Bad(2, "exclude each other", Train("--valid", _log, "--holdout", "0.2", "--holdout-by", "row"));

    [Fact]
    public void EarlyStoppingNeedsValidation() => EsmmTool.Bad(2, "early stopping needs validation", Train("--set", "training.earlyStopping.metric=ctr.auc"));

    [Fact]
    public void AMissingConfigIsABadConfig() => EsmmTool.Bad(2, "there is no such file", "train", "--config", _folder["none.json"], "--data", _log, "--out", _out);

    [Fact]
    public void AllFaultsOfAConfigAreListed()
    {
        ToolRun run = EsmmTool.Bad(2, "training.epochs", Train("--set", "training.epochs=0", "--set", "towers.crt=[3]"));
        Assert.Contains("towers.crt", run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void AnOutputFolderThatIsNotThereIsToldBeforeTheWork() => EsmmTool.Bad(2, "there is no folder", "train", "--config", _config, "--data", _log, "--out", _folder["none/model.safetensors"]);

    [Fact]
    public void MissingDataIsBadData() => EsmmTool.Bad(3, "there is no such file", "train", "--config", _config, "--data", _folder["none.csv"], "--out", _out);

    [Fact]
    public void AMissingColumnIsBadData()
    {
        string other = _folder.Write("other.csv", "usr,item,price,click,conversion\nu1,i1,1,0,0\n");
        EsmmTool.Bad(3, "Did you mean \"usr\"?", "train", "--config", _config, "--data", other, "--out", _out);
    }

    [Fact]
    public void AForeignModelFileIsRefused()
    {
        EsmmTool.Bad(3, "log.csv", "inspect", _log);
        EsmmTool.Bad(3, "log.csv", "score", "--model", _log, "--data", _log, "--out", "-");
        EsmmTool.Bad(3, "log.csv", "export", "onnx", "--model", _log, "--out", _out);
        EsmmTool.Bad(3, "none.safetensors: there is no such file", "evaluate", "--model", _folder["none.safetensors"], "--data", _log);
        EsmmTool.Bad(3, "is a folder", "inspect", _folder.Path);
    }

    [Fact]
    public void DivergenceIsTold()
    {
        string wild = _folder.Write("wild.csv", SmallLog.Text(200, "u1,i1,1e38,1,1\n"));
        ToolRun run = EsmmTool.Run("train", "--config", _config, "--data", wild, "--out", _out, "--set", "fields=" + Unscaled, "--set", "training.learningRate=10");
        Assert.True(run.Code == 4, run.Code + run.Error);
        Assert.Contains("step", run.Error, StringComparison.Ordinal);
        Assert.False(File.Exists(_out));
    }

    [Fact]
    public void AnEarlierModelStaysWhenTrainingFails()
    {
        string broken = _folder.Write("broken.csv", SmallLog.Text(200, "u1,i1,cheap,1,1\n"));
        File.WriteAllText(_out, "the earlier model");
        string[] before = Directory.GetFiles(_folder.Path);
        EsmmTool.Bad(3, "broken.csv line 202", "train", "--config", _config, "--data", broken, "--out", _out);
        DivergenceLeaves();
        Assert.Equal("the earlier model", File.ReadAllText(_out));
        Assert.Equal([.. before.Append(_folder["wild.csv"]).Order()], Directory.GetFiles(_folder.Path).Order());
    }

    [Fact]
    public void AnInterruptEndsTrainingAndKeepsTheEarlierModel()
    {
        if (OperatingSystem.IsWindows())
        {
            Assert.Skip("signals");
        }

        File.WriteAllText(_out, "the earlier model");
        using Process process = EsmmTool.Start(Train("--set", "training.epochs=1000000", "--holdout", "0.2", "--holdout-by", "user", "--set", "training.earlyStopping={\"metric\":\"ctr.logLoss\",\"patience\":1000000}"));
        Task<string> output = process.StandardOutput.ReadToEndAsync();
        var error = new System.Text.StringBuilder();
        while (process.StandardError.ReadLine() is { } line)
        {
            error.AppendLine(line);
            if (line.StartsWith("    3 ", StringComparison.Ordinal))
            {
                // The third epoch is over. A request to end is heard even where Ctrl-C is ignored.
                using Process kill = Process.Start("kill", [InterruptedTool.IgnoresInterrupts ? "-TERM" : "-INT", process.Id.ToString(System.Globalization.CultureInfo.InvariantCulture)]);
                kill.WaitForExit();
            }
        }

        ToolRun run = EsmmTool.Finish(process, output, Task.FromResult(error.ToString()));
        Assert.True(run.Code == 130, run.Code + run.Error[^Math.Min(500, run.Error.Length)..]);
        Assert.Contains("interrupted", run.Error, StringComparison.Ordinal);
        Assert.Equal("the earlier model", File.ReadAllText(_out));
        Assert.Equal(3, Directory.GetFiles(_folder.Path).Length);
    }

    [Fact]
    public void AModelOfAnotherSchemaIsToldByTheColumnThatIsMissing()
    {
        EsmmTool.Good(Train());
        byte[] model = File.ReadAllBytes(_out);
        string other = _folder.Write("other.csv", "user,product,price,click,conversion\nu1,i1,1,0,0\n"), unlabelled = _folder.Write("new.csv", "user,item,price\nu1,i1,1\n");
        string scored = _folder.Write("scored.csv", "the earlier scores");
        EsmmTool.Bad(3, "other.csv", "score", "--model", _out, "--data", other, "--out", scored);
        Assert.Contains("\"item\"", EsmmTool.Bad(3, "other.csv", "evaluate", "--model", _out, "--data", other).Error, StringComparison.Ordinal);
        Assert.Contains("\"click\"", EsmmTool.Bad(3, "new.csv", "evaluate", "--model", _out, "--data", unlabelled).Error, StringComparison.Ordinal);
        Assert.Equal("the earlier scores", File.ReadAllText(scored));
        Assert.Equal(model, File.ReadAllBytes(_out));
    }

    [Fact]
    public void AFaultOfTheToolIsOneLineUnlessAskedForMore()
    {
        var fault = new InvalidOperationException("first line\nsecond line");
        TextWriter before = Console.Error;
        try
        {
            using var error = new StringWriter();
            Console.SetError(error);
            Assert.Equal(1, Terminal.Faults.Report(fault));
            Assert.Equal(3, Terminal.Faults.Report(new AggregateException(new IOException("No space left on device."))));
            Assert.Equal(1, Terminal.Faults.Report(new OutOfMemoryException()));
            string[] lines = error.ToString().TrimEnd().Split('\n');
            Assert.Equal(3, lines.Length);
            Assert.All(lines, line => Assert.StartsWith("esmm: ", line, StringComparison.Ordinal));
            Assert.Contains("InvalidOperationException: first line second line", lines[0], StringComparison.Ordinal);
            Assert.Contains("ESMM_DEBUG=1", lines[0], StringComparison.Ordinal);
        }
        finally
        {
            Console.SetError(before);
        }
    }

    [Fact]
    public void AStackTraceIsPrintedOnRequest()
    {
        ToolRun run = EsmmTool.RunWith(new() { ["ESMM_DEBUG"] = "1" }, null, "inspect", _log);
        Assert.Equal(3, run.Code);
        Assert.Contains("   at EsmmLite.", run.Error, StringComparison.Ordinal);
        Assert.StartsWith("esmm: " + _log, run.Error, StringComparison.Ordinal);
    }

    private static bool IsNumber(System.CommandLine.Option option) => (Nullable.GetUnderlyingType(option.ValueType) ?? option.ValueType) is var type && (type == typeof(int) || type == typeof(long) || type == typeof(double));

    private const string Unscaled =
        """[{"name": "user", "kind": "vocabulary", "dim": 4, "side": "request"}, {"name": "price", "kind": "numeric", "standardise": false}]""";

    private void DivergenceLeaves()
    {
        string wild = _folder.Write("wild.csv", SmallLog.Text(200, "u1,i1,1e38,1,1\n"));
        Assert.Equal(4, EsmmTool.Run("train", "--config", _config, "--data", wild, "--out", _out, "--set", "fields=" + Unscaled, "--set", "training.learningRate=10").Code);
    }

    private string[] Train(params string[] more) => ["train", "--config", _config, "--data", _log, "--out", _out, .. more];
}
