using System.Text.Json;

namespace EsmmLite.Cli.Tests;

public sealed class PackTests : IDisposable
{
    private static readonly string[] Holdout = ["--holdout", "0.2", "--holdout-by", "user"];

    private readonly TestFolder _folder = new();
    private readonly string _config;
    private readonly string _log;
    private readonly string _packed;

    public PackTests()
    {
        _config = _folder.Write("esmm.json", SmallLog.Config);
        _log = _folder.Write("log.csv", SmallLog.Text(3000));
        _packed = _log + ".esmmpack";
    }

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void TrainingFromThePackedLogGivesTheSameFile(bool holdout)
    {
        string[] more = holdout ? Holdout : ["--valid", _folder.Write("valid.csv", SmallLog.Text(700))];
        Train("text.safetensors", more);
        Assert.False(File.Exists(_packed));
        string output = EsmmTool.Good(["pack", "--config", _config, "--data", _log, .. more]).Output;
        Assert.Contains(_packed, output, StringComparison.Ordinal);
        ToolRun run = Train("packed.safetensors", more);
        Assert.Contains("using the packed log", run.Error, StringComparison.Ordinal);
        Assert.DoesNotContain("encoding", run.Error, StringComparison.Ordinal);
        Assert.Equal(File.ReadAllBytes(_folder["text.safetensors"]), File.ReadAllBytes(_folder["packed.safetensors"]));
    }

    [Fact]
    public void AStaleOrDamagedPackedLogIsSaidSoAndPackedAgain()
    {
        Train("first.safetensors", "--cache", _packed);
        byte[] whole = File.ReadAllBytes(_packed);
        whole[200] ^= 1;
        File.WriteAllBytes(_packed, whole);
        Assert.Contains("is damaged", Train("damaged.safetensors").Error, StringComparison.Ordinal);
        Assert.Contains("using the packed log", Train("again.safetensors").Error, StringComparison.Ordinal);
        Assert.Equal(File.ReadAllBytes(_folder["first.safetensors"]), File.ReadAllBytes(_folder["damaged.safetensors"]));

        File.AppendAllText(_log, "u1,i1,2.5,0,0\n");
        Assert.Contains("not packed from what " + _log + " holds now", Train("longer.safetensors").Error, StringComparison.Ordinal);
        File.Delete(_packed);
        Train("text.safetensors");
        Assert.Equal(File.ReadAllBytes(_folder["text.safetensors"]), File.ReadAllBytes(_folder["longer.safetensors"]));
        Assert.NotEqual(File.ReadAllBytes(_folder["text.safetensors"]), File.ReadAllBytes(_folder["first.safetensors"]));
    }

    [Fact]
    public void AnotherConfigOrHoldoutPacksAgain()
    {
        EsmmTool.Good("pack", "--config", _config, "--data", _log);
        Assert.Contains("no holdout", Train("a.safetensors", Holdout).Error, StringComparison.Ordinal);
        Assert.Contains("another schema", Train("b.safetensors", [.. Holdout, "--set", "missing=[\"\",\"?\"]"]).Error, StringComparison.Ordinal);

        // What the packed rows don't depend on may change.
        Train("c.safetensors", Holdout);
        Assert.Contains("using the packed log", Train("d.safetensors", [.. Holdout, "--set", "towers.ctr=[4]", "--set", "training.epochs=1", "--threads", "1"]).Error, StringComparison.Ordinal);
    }

    [Fact]
    public void NoFileOfAnotherKindIsReplaced()
    {
        string other = _folder.Write("other.csv", SmallLog.Text(50));
        string before = File.ReadAllText(other);
        EsmmTool.Bad(3, "is not a packed log", "train", "--config", _config, "--data", _log, "--out", _folder["m.safetensors"], "--cache", other);
        EsmmTool.Bad(3, "is not a packed log", "pack", "--config", _config, "--data", _log, "--out", other);
        EsmmTool.Bad(2, "one of the files that are read", "pack", "--config", _config, "--data", _log, "--out", _log);
        EsmmTool.Bad(2, "one of the files that are read", "train", "--config", _config, "--data", _log, "--out", _folder["m.safetensors"], "--cache", _log);
        Assert.Equal(before, File.ReadAllText(other));
    }

    [Fact]
    public void ThePackedLogOfAnotherFileIsNotUsed()
    {
        DateTime time = DateTime.UtcNow.AddDays(-1);
        File.SetLastWriteTimeUtc(_log, time);
        EsmmTool.Good("pack", "--config", _config, "--data", _log);
        File.WriteAllText(_log, File.ReadAllText(_log).Replace("u1,", "u2,", StringComparison.Ordinal));
        File.SetLastWriteTimeUtc(_log, time);
        File.Copy(_packed, _folder["kept.esmmpack"]);
        Assert.Contains("not packed from", Train("a.safetensors").Error, StringComparison.Ordinal);
        Assert.Contains("not packed from", Train("b.safetensors", "--cache", _folder["kept.esmmpack"]).Error, StringComparison.Ordinal);
        Assert.Equal(File.ReadAllBytes(_folder["a.safetensors"]), File.ReadAllBytes(_folder["b.safetensors"]));
    }

    [Fact]
    public void NothingAtTheUsualPlaceKeepsTrainingFromItsWork()
    {
        Train("text.safetensors");
        Directory.CreateDirectory(_packed);
        Train("folder.safetensors");
        Assert.Equal(File.ReadAllBytes(_folder["text.safetensors"]), File.ReadAllBytes(_folder["folder.safetensors"]));
        Directory.Delete(_packed);

        File.WriteAllText(_packed, "notes");
        Assert.Contains("note: no packed log is kept", Train("other.safetensors").Error, StringComparison.Ordinal);
        Assert.Equal(File.ReadAllBytes(_folder["text.safetensors"]), File.ReadAllBytes(_folder["other.safetensors"]));
        Assert.Equal("notes", File.ReadAllText(_packed));

        if (!OperatingSystem.IsWindows() && !Environment.IsPrivilegedProcess)
        {
            File.SetUnixFileMode(_packed, UnixFileMode.None);
            Assert.Contains("note: no packed log is kept", Train("closed.safetensors").Error, StringComparison.Ordinal);
            EsmmTool.Bad(3, "can't be read", "train", "--config", _config, "--data", _log, "--out", _folder["m.safetensors"], "--cache", _packed);
        }
    }

    [Fact]
    public void TheModelDoesNotReplaceThePackedLog()
    {
        EsmmTool.Good("pack", "--config", _config, "--data", _log);
        byte[] packed = File.ReadAllBytes(_packed);
        string kept = _folder["kept.esmmpack"];
        EsmmTool.Bad(2, "where the packed log is kept", "train", "--config", _config, "--data", _log, "--out", _packed);
        EsmmTool.Bad(2, "where the packed log is kept", "train", "--config", _config, "--data", _log, "--out", _packed, "--cache", kept);
        EsmmTool.Bad(2, "where the packed log is kept", "train", "--config", _config, "--data", _log, "--out", kept, "--cache", kept);
        Assert.Equal(packed, File.ReadAllBytes(_packed));
        Assert.False(File.Exists(kept));
    }

    [Fact]
    public void AFaultInTheLogLeavesTheEarlierPackedLog()
    {
        EsmmTool.Good("pack", "--config", _config, "--data", _log);
        byte[] packed = File.ReadAllBytes(_packed);
        File.AppendAllText(_log, "u1,i1,cheap,0,0\n");
        EsmmTool.Bad(3, "log.csv line 3002", "pack", "--config", _config, "--data", _log, "--max-bad-rows", "0");
        Assert.Equal(packed, File.ReadAllBytes(_packed));
        Assert.Equal(["esmm.json", "log.csv", "log.csv.esmmpack"], Directory.GetFiles(_folder.Path).Select(Path.GetFileName).Order());
    }

    [Fact]
    public void TheSpeedOfEachPartIsReported()
    {
        ToolRun text = Train("m.safetensors", "--json");
        Assert.Equal(["text, first pass", "text, encoding", "packed log, shuffled", "engine alone"], Parts(text));
        EsmmTool.Good("pack", "--config", _config, "--data", _log);
        Assert.Equal(["packed log, checked", "packed log, shuffled", "engine alone"], Parts(Train("m.safetensors", "--json")));

        using JsonDocument json = JsonDocument.Parse(text.Output);
        Assert.All(json.RootElement.GetProperty("speed").EnumerateArray(), part => Assert.InRange(part.GetProperty("impressions").GetInt64() % 3000, 0, 0));
        Assert.Contains("impressions/s", Train("m.safetensors").Output, StringComparison.Ordinal);
    }

    private static string[] Parts(ToolRun run)
    {
        using JsonDocument json = JsonDocument.Parse(run.Output);
        return [.. json.RootElement.GetProperty("speed").EnumerateArray().Select(part => part.GetProperty("part").GetString()!)];
    }

    private ToolRun Train(string model, params string[] more) => EsmmTool.Good(["train", "--config", _config, "--data", _log, "--out", _folder[model], .. more]);
}
