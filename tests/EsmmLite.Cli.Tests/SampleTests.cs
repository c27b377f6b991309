using System.Text.Json;

namespace EsmmLite.Cli.Tests;

/// <summary>The sample configs work: the article's on a log made up here, the others on real data where the machine has them.</summary>
public sealed class SampleTests : IDisposable
{
    private readonly TestFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void TheArticlesModelHasItsParameters()
    {
        const string Header = "adid,site_id,site_domain,site_category,app_id,app_domain,app_category,device_id,device_ip,device_type,device_conn_type,click,conversion\n";
        string log = _folder.Write("log.csv", Header + string.Concat(Enumerable.Range(0, 300).Select(i => $"a{i},s,d,c,p,q,r,v{i % 7},1.2.3.{i % 9},0,1,{(i % 3 == 0 ? 1 : 0)},{(i % 9 == 0 ? 1 : 0)}\n")));
        string model = _folder["article.safetensors"];
        EsmmTool.Good("train", "--config", Repository.Sample("article.json"), "--data", log, "--out", model, "--set", "training.earlyStopping=null", "--set", "training.epochs=1");
        using JsonDocument json = JsonDocument.Parse(EsmmTool.Good("inspect", model, "--json").Output);
        JsonElement parameters = json.RootElement.GetProperty("parameters");
        Assert.Equal((1_152_320, 1_497_922), (parameters.GetProperty("embeddings").GetInt64(), parameters.GetProperty("all").GetInt64()));
    }

    [Theory]
    [InlineData("expedia.json", "srch_id", "expedia", "sample1000searches-a.csv.gz")]
    [InlineData("expedia-position.json", "srch_id", "expedia", "sample1000searches-a.csv.gz")]
    [InlineData("expedia100k.json", "row", "expedia", "first100k-7features.tsv.gz")]
    [InlineData("hillstrom.json", "row", "hillstrom", "hillstrom.csv.gz")]
    [InlineData("oulad.json", "id_student", "oulad", "studentInfo.csv.gz")]
    public void ARealLogTrains(string config, string by, string folder, string file)
    {
        string log = Repository.Shared(folder, file);
        ToolRun run = EsmmTool.Good("train", "--config", Repository.Sample(config), "--data", log, "--holdout", "0.3", "--holdout-by", by, "--out", _folder["m.safetensors"], "--set", "training.epochs=3", "--json");
        CheckBetterThanChance(run);
    }

    [Fact]
    public void First10KTrainsValidatesAndEvaluates()
    {
        string model = _folder["m.safetensors"];
        ToolRun run = EsmmTool.Good("train", "--config", Repository.Sample("first10k.json"), "--data", Repository.Shared("expedia", "first10k-train.csv.gz"),
            "--valid", Repository.Shared("expedia", "first10k-eval.csv.gz"), "--out", model, "--json");
        CheckBetterThanChance(run);
        using JsonDocument json = JsonDocument.Parse(EsmmTool.Good("evaluate", "--model", model, "--data", Repository.Shared("expedia", "first10k-test.csv.gz"), "--json").Output);
        Assert.Equal((2108, 87, 55), (json.RootElement.GetProperty("impressions").GetInt64(), json.RootElement.GetProperty("clicks").GetInt64(), json.RootElement.GetProperty("conversions").GetInt64()));
    }

    private static void CheckBetterThanChance(ToolRun run)
    {
        using JsonDocument json = JsonDocument.Parse(run.Output);
        int best = json.RootElement.GetProperty("keptEpoch").GetInt32();
        JsonElement metrics = json.RootElement.GetProperty("epochs")[best - 1].GetProperty("validation");
        Assert.InRange(metrics.GetProperty("ctcvr").GetProperty("auc").GetDouble(), 0.55, 1);
    }
}
