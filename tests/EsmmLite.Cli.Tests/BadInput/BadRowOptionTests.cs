using System.Text.Json;
using System.Text.RegularExpressions;

namespace EsmmLite.Cli.Tests.BadInput;

/// <summary>Bad rows from the command line: allowed, kept aside, remembered by a packed log.</summary>
public sealed class BadRowOptionTests : IDisposable
{
    private const string Bad = "u1,i1,cheap,0,0\nu1\nu1,i1,1,0,7\n";

    private readonly TestFolder _folder = new();
    private readonly string _config;
    private readonly string _log;
    private readonly string _model;
    private readonly string _kept;

    public BadRowOptionTests()
    {
        _config = _folder.Write("esmm.json", SmallLog.Config);
        _log = _folder.Write("log.csv", SmallLog.Text(600, Bad));
        _model = _folder["model.safetensors"];
        _kept = _folder["kept.csv"];
    }

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void TheModelIsThatOfTheGoodRowsAndBadRowsAreReported()
    {
        ToolRun run = EsmmTool.Good(Train("--max-bad-rows", "0.01", "--quarantine", _kept, "--json"));
        Assert.Contains("note: 3 of 603 rows are bad (1 conversion: neither 0 nor 1, 1 price: not a number, 1 too few fields) and left out, kept in " + _kept, run.Error, StringComparison.Ordinal);
        Assert.Equal([_log + ",602,price: not a number,\"u1,i1,cheap,0,0\"", _log + ",603,too few fields,\"u1\"", _log + ",604,conversion: neither 0 nor 1,\"u1,i1,1,0,7\""], File.ReadAllLines(_kept)[1..]);
        using JsonDocument json = JsonDocument.Parse(run.Output);
        Assert.Equal((603, 3), (json.RootElement.GetProperty("rows").GetInt32(), json.RootElement.GetProperty("badRows").EnumerateObject().Sum(reason => reason.Value.GetInt32())));

        string clean = _folder["clean.safetensors"];
        ToolRun cleanRun = EsmmTool.Good("train", "--config", _config, "--data", _folder.Write("clean.csv", SmallLog.Text(600)), "--out", clean, "--json");
        using JsonDocument cleanJson = JsonDocument.Parse(cleanRun.Output);
        Assert.Equal(cleanJson.RootElement.GetProperty("epochs").GetRawText(), json.RootElement.GetProperty("epochs").GetRawText());
        Assert.Equal(Scores(clean), Scores(_model));
    }

    [Fact]
    public void APackedLogKeepsTheCountsAndIsJudgedAnew()
    {
        EsmmTool.Good("pack", "--config", _config, "--data", _log, "--max-bad-rows", "0.01");
        ToolRun run = EsmmTool.Good(Train("--max-bad-rows", "0.005", "--json"));
        Assert.Contains("using the packed log", run.Error, StringComparison.Ordinal);
        Assert.Contains("note: 3 of 603 rows are bad", run.Error, StringComparison.Ordinal);
        using JsonDocument json = JsonDocument.Parse(run.Output);
        Assert.Equal("""{"conversion: neither 0 nor 1":1,"price: not a number":1,"too few fields":1}""", json.RootElement.GetProperty("badRows").GetRawText());

        byte[] model = File.ReadAllBytes(_model);
        EsmmTool.Bad(3, "log.csv: 3 of 603 rows are bad (1 conversion: neither 0 nor 1, 1 price: not a number, 1 too few fields), where 0.1 % may be; the first: " + _log + " line 602, field \"price\"", Train());
        Assert.Equal(model, File.ReadAllBytes(_model));

        // The rows themselves are only in the text.
        Assert.DoesNotContain("using the packed log", EsmmTool.Good(Train("--max-bad-rows", "0.01", "--quarantine", _kept)).Error, StringComparison.Ordinal);
        Assert.Equal(4, File.ReadAllLines(_kept).Length);
    }

    [Fact]
    public void ALogToValidateOnIsJudgedByItself()
    {
        string sound = _folder.Write("sound.csv", SmallLog.Text(5000));
        EsmmTool.Bad(3, "log.csv line 602", "train", "--config", _config, "--data", sound, "--valid", _log, "--out", _model);
        ToolRun run = EsmmTool.Good("train", "--config", _config, "--data", sound, "--valid", _log, "--out", _model, "--max-bad-rows", "0.01", "--quarantine", _kept);
        Assert.Contains("note: 3 of 603 rows are bad", run.Error, StringComparison.Ordinal);
        Assert.Equal(4, File.ReadAllLines(_kept).Length);
    }

    [Fact]
    public void EvaluatingScoringAndDraftingAllowThemToo()
    {
        EsmmTool.Good(Train("--max-bad-rows", "0.01"));
        ToolRun run = EsmmTool.Good("evaluate", "--model", _model, "--data", _log, "--max-bad-rows", "0.01", "--json");
        Assert.Contains("\"badRows\":{\"conversion: neither 0 nor 1\":1,\"price: not a number\":1,\"too few fields\":1}", run.Output, StringComparison.Ordinal);
        EsmmTool.Bad(3, "log.csv line 602", "evaluate", "--model", _model, "--data", _log);

        string scored = _folder["scored.csv"];
        EsmmTool.Bad(3, "log.csv line 602, field \"price\"", "score", "--model", _model, "--data", _log, "--out", scored); // none unless told otherwise
        Assert.False(File.Exists(scored));
        run = EsmmTool.Good("score", "--model", _model, "--data", _log, "--out", scored, "--max-bad-rows", "0.01", "--quarantine", _kept);
        Assert.Contains("note: 2 of 603 rows are bad", run.Error, StringComparison.Ordinal);
        Assert.Equal((602, 3), (File.ReadAllLines(scored).Length, File.ReadAllLines(_kept).Length)); // a bad label does not matter here

        run = EsmmTool.Good("init", "--data", _log, "--click", "click", "--conversion", "conversion", "--out", _folder["drafted.json"], "--max-bad-rows", "0.01", "--quarantine", _kept);
        Assert.Contains("warning: 1 of 603 rows is bad (1 too few fields)", run.Output, StringComparison.Ordinal); // to a draft a text is no fault, and 7 a count
        EsmmTool.Bad(3, "log.csv line 603: the record has 1 fields", "init", "--data", _log, "--click", "click", "--conversion", "conversion", "--out", _folder["other.json"]);
    }

    [Fact]
    public void IdsWrittenTwoWaysAreToldWithAPackedLogToo()
    {
        string mixed = _folder.Write("mixed.csv", Regex.Replace(SmallLog.Text(600), @",i(?=\d)", ",") + "u1,7.0,1,0,0\n");
        string[] train = ["train", "--config", _config, "--data", mixed, "--out", _model];
        const string note = "note: field \"item\": 1 value is written like \"7.0\", others are written as \"7\" is: these are two ids.";
        Assert.Contains(note, EsmmTool.Good(train).Error, StringComparison.Ordinal);
        EsmmTool.Good("pack", "--config", _config, "--data", mixed);
        Assert.Contains(note, EsmmTool.Good(train).Error, StringComparison.Ordinal);
        Assert.Contains("which is another id than \"7\"", EsmmTool.Good("score", "--model", _model, "--data", mixed, "--out", "-").Error, StringComparison.Ordinal);
        Assert.DoesNotContain("7.0", EsmmTool.Good([.. train, "--set", "fields.item.integer=true"]).Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(";", ';')]
    [InlineData("tab", '\t')]
    [InlineData("^", '^')]
    public void ADelimiterCanBeStated(string option, char delimiter)
    {
        // The header alone would not tell it: it holds more commas.
        string log = _folder.Write("other.csv", SmallLog.Text(600).Replace(',', delimiter).Replace("user" + delimiter, "user" + delimiter + "\"a,b,c,d,e,f,g\"" + delimiter, StringComparison.Ordinal).Replace("\nu", "\nu1" + delimiter + "u", StringComparison.Ordinal));
        EsmmTool.Good("train", "--config", _config, "--data", log, "--delimiter", option, "--out", _model);
        EsmmTool.Bad(2, "--delimiter is 'ab', but must be one character", Train("--delimiter", "ab"));
    }

    [Fact]
    public void NoFileOfTheRunMayBeTheQuarantine()
    {
        foreach (string file in (string[])[_log, _config, _model])
        {
            EsmmTool.Bad(2, "--quarantine is one of the files", Train("--quarantine", file));
        }

        EsmmTool.Bad(2, "there is no folder", Train("--quarantine", _folder["none/kept.csv"]));
        EsmmTool.Bad(2, "--max-bad-rows is 1.5, but must be between 0 and 1", Train("--max-bad-rows", "1.5"));
    }

    [Fact]
    public void TenMistakesInAConfigAreTenLines()
    {
        string config = _folder.Write("mistakes.json", """
            {
              "fields": [
                {"name": "user", "kind": "vocabulry", "dim": 4},
                {"name": "item", "kind": "hashed", "buckets": 0, "dim": 4},
                {"name": "item", "kind": "hashed", "buckets": 50, "dim": "four"},
                {"name": "price", "kind": "numeric", "clip": [5, 1], "buckts": 3}
              ],
              "crosses": [["user", "nobody"]],
              "labels": [{"name": "click", "counts": "yes"}, {"name": "click"}],
              "towers": {"ctr": [0], "cvr": "deep"},
              "training": {"batch": -1, "learningRate": 0, "epochs": 2.5}
            }
            """);
        ToolRun run = EsmmTool.Bad(2, "mistakes.json", "train", "--config", config, "--data", _log, "--out", _folder.Write("earlier.safetensors", "the earlier model"));
        Assert.All(["fields[0].kind", "fields[1].buckets", "fields[2].dim", "fields[3].clip", "fields[3].buckts", "labels[0].counts", "towers.ctr", "towers.cvr", "training.batch", "training.learningRate", "training.epochs"],
            path => Assert.Contains(path, run.Error, StringComparison.Ordinal));
        Assert.InRange(run.Error.Split('\n').Count(line => line.TrimStart().StartsWith("- ", StringComparison.Ordinal)), 10, 15);
        Assert.Contains("vocabulary", run.Error, StringComparison.Ordinal);
        Assert.Equal("the earlier model", File.ReadAllText(_folder["earlier.safetensors"]));
    }

    private string[] Train(params string[] more) => ["train", "--config", _config, "--data", _log, "--out", _model, .. more];

    private string Scores(string model) => EsmmTool.Good("score", "--model", model, "--data", _folder["clean.csv"], "--out", "-").Output;
}
