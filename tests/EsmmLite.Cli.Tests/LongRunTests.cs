using System.Globalization;

namespace EsmmLite.Cli.Tests;

/// <summary>Runs that are interrupted and go on, and runs that begin with an earlier model.</summary>
public sealed class LongRunTests : IDisposable
{
    private readonly TestFolder _folder = new();
    private readonly string[] _train;

    public LongRunTests()
    {
        _folder.Write("esmm.json", SmallLog.Config);
        _folder.Write("log.csv", SmallLog.Text(5_000));
        _train = ["train", "--config", _folder["esmm.json"], "--data", _folder["log.csv"], "--holdout", "0.2", "--holdout-by", "row", "--set", "training.earlyStopping={\"metric\":\"ctcvr.logLoss\",\"patience\":3}"];
    }

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void CheckpointsChangeNothingAndGoWhenTheModelIsThere()
    {
        string[] train = [.. _train, "--set", "training.epochs=4"];
        EsmmTool.Good([.. train, "--out", _folder["whole"]]);
        EsmmTool.Good([.. train, "--out", _folder["saved"], "--checkpoint", _folder["run"], "--checkpoint-every", "7"]);
        ToolRun begun = EsmmTool.Good([.. train, "--out", _folder["resumed"], "--checkpoint", _folder["run"], "--resume"]);
        Assert.DoesNotContain("going on", begun.Error, StringComparison.Ordinal);
        Assert.Equal(File.ReadAllBytes(_folder["whole"]), File.ReadAllBytes(_folder["saved"]));
        Assert.Equal(File.ReadAllBytes(_folder["whole"]), File.ReadAllBytes(_folder["resumed"]));
        Assert.DoesNotContain(Directory.GetFiles(_folder["run"]), file => file.Contains("checkpoint", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("INT")]
    [InlineData("TERM")]
    public void AnInterruptedRunGoesOnToTheSameModel(string signal)
    {
        Assert.SkipWhen(signal == "INT" && InterruptedTool.IgnoresInterrupts, "these tests run in the background, where Ctrl-C is ignored, by their children too");
        string[] train = [.. _train, "--set", "training.epochs=400", "--set", "training.steps=4000", "--set", "training.earlyStopping.patience=1000"];
        EsmmTool.Good([.. train, "--out", _folder["whole"]]);
        string[] again = [.. train, "--out", _folder["model"], "--checkpoint", _folder["run"], "--checkpoint-every", "100"];
        using (InterruptedTool tool = new(again))
        {
            tool.WaitForCheckpoint(_folder["run"]);
            ToolRun run = tool.Signal(signal);
            Assert.Equal(130, run.Code);
            Assert.Contains("when the same command is given with --resume", run.Error, StringComparison.Ordinal);
            Assert.False(File.Exists(_folder["model"]));
        }

        EsmmTool.Bad(2, "the folder has checkpoints of a run that did not come to its end", again);
        ToolRun resumed = EsmmTool.Good([.. again, "--resume", "--threads", "1"]);
        Assert.Contains("going on after step", resumed.Error, StringComparison.Ordinal);
        Assert.Equal(File.ReadAllBytes(_folder["whole"]), File.ReadAllBytes(_folder["model"]));
    }

    [Fact]
    public void ChangedDataRowsAndConfigAreRefusedByName()
    {
        string[] train = [.. _train, "--set", "training.epochs=400", "--set", "training.earlyStopping.patience=1000", "--out", _folder["model"], "--checkpoint", _folder["run"], "--checkpoint-every", "100"];
        using (InterruptedTool tool = new(train))
        {
            tool.WaitForCheckpoint(_folder["run"]);
            tool.Signal("KILL");
        }

        string[] resume = [.. train, "--resume"];
        EsmmTool.Bad(2, "training.learningRate (0.01, now 0.02)", [.. resume, "--set", "training.learningRate=0.02"]);
        EsmmTool.Bad(3, "rows used: ", [.. resume, "--seed", "9"]);
        _folder.Write("log.csv", SmallLog.Text(5_001));
        EsmmTool.Bad(3, "training data: \"" + _folder["log.csv"] + "\" is not what training began with", resume);
    }

    [Theory]
    [InlineData(2, "--resume says nothing without a folder", "--resume")]
    [InlineData(2, "--checkpoint-every says nothing without a folder", "--checkpoint-every", "5m")]
    [InlineData(2, "--checkpoint-every is \"5 minutes\"", "--checkpoint", "run", "--checkpoint-every", "5 minutes")]
    [InlineData(2, "--checkpoint-every is \"0\"", "--checkpoint", "run", "--checkpoint-every", "0")]
    [InlineData(2, "no checkpoint can be written there", "--checkpoint", "/proc/esmm")]
    [InlineData(3, "nowhere.safetensors", "--init-from", "nowhere.safetensors")]
    public void BadUsageIsRefusedBeforeTheLogIsRead(int code, string message, params string[] options)
    {
        File.Delete(_folder["log.csv"]);
        _folder.Write("log.csv", "broken");
        EsmmTool.Bad(code, message, [.. _train, "--out", _folder["model"], .. options.Select(option => option == "run" ? _folder["run"] : option)]);
    }

    [Fact]
    public void AModelBeginsWithAnEarlierOneAndSaysWhatBecameOfIt()
    {
        EsmmTool.Good([.. _train, "--out", _folder["first"]]);
        _folder.Write("log.csv", SmallLog.Text(5_000, "newcomer,i1,1.5,1,0\nnewcomer,i1,1.5,0,0\nnewcomer,i1,1.5,0,0\nnewcomer,i2,1.5,0,0\nnewcomer,i3,1.5,0,0\nnewcomer,i4,1.5,0,0\n"));
        string[] second = [.. _train, "--set", "fields.item.buckets=100", "--set", "towers.cvr=[5]", "--init-from", _folder["first"]];
        ToolRun run = EsmmTool.Good([.. second, "--out", _folder["second"]]);
        Assert.Contains("field user: grown (31 entries kept, 1 new)", run.Error, StringComparison.Ordinal);
        Assert.Contains("field item: grown (50 buckets became 100", run.Error, StringComparison.Ordinal);
        Assert.Contains("field price: kept", run.Error, StringComparison.Ordinal);
        Assert.Contains("tower ctr: kept", run.Error, StringComparison.Ordinal);
        Assert.Contains("tower cvr: new", run.Error, StringComparison.Ordinal);
        EsmmTool.Good([.. second, "--out", _folder["third"], "--checkpoint", _folder["run"]]);
        Assert.Equal(File.ReadAllBytes(_folder["second"]), File.ReadAllBytes(_folder["third"]));
    }

    /// <summary><c>kill -9</c> at random moments: 20, or 200 with ESMM_LONG=1. Every run that comes to its end gives the bytes of one never killed.</summary>
    [Fact]
    public void KilledAtRandomMomentsAndResumedItIsOneModel()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "there is no kill -9 on Windows");
        int kills = Environment.GetEnvironmentVariable("ESMM_LONG") == "1" ? 200 : 20, killed = 0, ended = 0, resumed = 0;
        string[] train = [.. _train, "--set", "training.epochs=400", "--set", "training.steps=2500", "--set", "training.earlyStopping.patience=1000"];
        EsmmTool.Good([.. train, "--out", _folder["whole"]]);
        string[] again = [.. train, "--out", _folder["model"], "--checkpoint", _folder["run"], "--checkpoint-every", "10", "--resume"];
        var random = new Random(4);
        while (killed < kills)
        {
            // One in four anywhere from the start on, the others once training has gone on for a while: however slow the machine is, some of them do.
            string newest = InterruptedTool.NewestCheckpoint(_folder["run"]);
            using InterruptedTool tool = new(again);
            bool anywhere = random.Next(4) == 0;
            if ((anywhere ? tool.EndsWithin(random.Next(1_500)) : tool.EndsBeforeAnotherThan(newest, _folder["run"]) ?? tool.EndsWithin(random.Next(300))) is { } run)
            {
                Same(run);
            }
            else
            {
                resumed += tool.Signal("KILL").Error.Contains("going on after step", StringComparison.Ordinal) ? 1 : 0;
                killed++;
            }
        }

        Same(EsmmTool.Run(again));
        Assert.InRange(ended, 1, kills);
        Assert.InRange(resumed, kills / 3, kills);
        Assert.DoesNotContain(Directory.GetFiles(_folder["run"]), file => file.EndsWith(".tmp", StringComparison.Ordinal));

        void Same(ToolRun run)
        {
            Assert.True(run.Code == 0, string.Create(CultureInfo.InvariantCulture, $"after {killed} kills: {run.Error}"));
            Assert.Equal(File.ReadAllBytes(_folder["whole"]), File.ReadAllBytes(_folder["model"]));
            File.Delete(_folder["model"]);
            ended++;
        }
    }
}
