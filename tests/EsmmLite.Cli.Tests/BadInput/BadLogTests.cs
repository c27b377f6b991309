using System.Text.Json;

namespace EsmmLite.Cli.Tests.BadInput;

/// <summary>A model to score with, and what it was trained by.</summary>
public sealed class TrainedModel : IDisposable
{
    private readonly TestFolder _folder = new();

    public TrainedModel()
    {
        EsmmTool.Good("train", "--config", _folder.Write("esmm.json", SmallLog.Config), "--data", _folder.Write("sound.csv", SmallLog.Text(600)), "--out", Path);
    }

    public string Path => _folder["model.safetensors"];

    public void Dispose() => _folder.Dispose();
}

/// <summary>Every fault that a log may have, through every command that reads one: message, exit code, and nothing of what was there is lost.</summary>
public sealed class BadLogTests : IClassFixture<TrainedModel>, IDisposable
{
    private const string Earlier = "the earlier file";

    private readonly TestFolder _folder = new();
    private readonly TrainedModel _model;

    public BadLogTests(TrainedModel model)
    {
        _model = model;
        _folder.Write("esmm.json", SmallLog.Config);
    }

    public void Dispose() => _folder.Dispose();

    public static TheoryData<string> Faulty => [.. BadLog.All.Values.Where(log => log.Message is not null).Select(log => log.Name)];

    public static TheoryData<string> Sound => [.. BadLog.All.Values.Where(log => log.Message is null).Select(log => log.Name)];

    [Theory]
    [MemberData(nameof(Faulty))]
    public void AFaultyLogIsRefused(string name)
    {
        (string log, string message) = (Put(name), BadLog.All[name].Message!);
        string output = _folder.Write("model.safetensors", Earlier), scored = _folder.Write("scored.csv", Earlier), drafted = _folder.Write("drafted.json", Earlier);
        string[] before = Directory.GetFiles(_folder.Path);
        Refused(message, "train", "--config", _folder["esmm.json"], "--data", log, "--out", output);
        Refused(message, "pack", "--config", _folder["esmm.json"], "--data", log);
        if (name != "header only")
        {
            Refused(message, "evaluate", "--model", _model.Path, "--data", log);
        }

        if (!name.Contains("label", StringComparison.Ordinal) && name != "header only")
        {
            // Labels don't matter to scoring, and no rows are no fault.
            Refused(message, "score", "--model", _model.Path, "--data", log, "--out", scored);
        }

        if (!message.Contains("column \"", StringComparison.Ordinal) && !message.Contains("field \"", StringComparison.Ordinal) && name is not ("header only" or "nested value"))
        {
            // A draft takes columns as they are.
            Refused(message, "init", "--data", log, "--click", "click", "--conversion", "conversion", "--out", drafted, "--force");
        }

        Assert.All([output, scored, drafted], file => Assert.Equal(Earlier, File.ReadAllText(file)));
        Assert.Equal(before.Order(), Directory.GetFiles(_folder.Path).Order());
    }

    [Theory]
    [MemberData(nameof(Sound))]
    public void ALogThatOnlyLooksFaultyIsRead(string name)
    {
        string log = Put(name), output = _folder["model.safetensors"];
        ToolRun run = EsmmTool.Good("train", "--config", _folder["esmm.json"], "--data", log, "--out", output, "--json");
        using JsonDocument json = JsonDocument.Parse(run.Output);
        int rows = json.RootElement.GetProperty("training").GetProperty("impressions").GetInt32();
        Assert.InRange(rows, 600, 601);
        Assert.Equal(rows, json.RootElement.GetProperty("rows").GetInt32());
        Assert.Equal("{}", json.RootElement.GetProperty("badRows").GetRawText());
        Assert.Equal(name == "no positives", run.Error.Contains("0 clicks and 0 conversions", StringComparison.Ordinal));
        EsmmTool.Good("score", "--model", output, "--data", log, "--out", _folder["scored" + Path.GetExtension(log)]);
        Assert.Contains(rows + " impressions", EsmmTool.Good("evaluate", "--model", output, "--data", log, "--json").Output.Replace("{\"impressions\":" + rows, rows + " impressions", StringComparison.Ordinal), StringComparison.Ordinal);
    }

    private static void Refused(string message, params string[] command)
    {
        ToolRun run = EsmmTool.Bad(3, message, command);
        Assert.Single(run.Error.Split('\n'), line => line.StartsWith("esmm: ", StringComparison.Ordinal));
    }

    private string Put(string name)
    {
        File.WriteAllBytes(_folder[BadLog.All[name].File], BadLog.All[name].Bytes);
        return _folder[BadLog.All[name].File];
    }
}
