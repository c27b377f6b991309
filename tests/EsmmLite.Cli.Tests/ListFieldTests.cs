using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;

namespace EsmmLite.Cli.Tests;

/// <summary>Fields of several values, and buckets that were admitted, through the commands that look into a model.</summary>
public sealed class ListFieldTests : IDisposable
{
    private const string Config =
        """
        {
          "fields": [
            {"name": "tags", "kind": "vocabulary", "dim": 4, "minCount": 2, "missing": "zero", "list": {"maxValues": 3, "weights": ":"}},
            {"name": "item", "kind": "hashed", "buckets": 500, "dim": 4, "minCount": 3}
          ],
          "labels": [{"name": "click"}, {"name": "conversion"}],
          "towers": {"ctr": [8], "cvr": [8]},
          "training": {"batch": 64, "epochs": 2, "learningRate": 0.02}
        }
        """;

    private readonly TestFolder _folder = new();

    public ListFieldTests()
    {
        var log = new StringBuilder("tags,item,click,conversion\n");
        for (int i = 0; i < 900; i++)
        {
            log.Append(CultureInfo.InvariantCulture, $"t{i % 5}:1|t{i % 7}:0.5,i{i * 11 % 43},{(i % 5 == 0 ? 1 : 0)},{(i % 15 == 0 ? 1 : 0)}\n");
        }

        _folder.Write("log.csv", log.ToString());
        _folder.Write("test.csv", "tags,item,click,conversion\nt0:1|t3:0.5,i1,1,1\n,i1,0,0\nt1:1|new:1,i1,0,0\nt1:1,other,1,0\n");
        _folder.Write("esmm.json", Config);
        Train("a");
    }

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void APackedLogHoldsTheirVocabularies()
    {
        EsmmTool.Good("pack", "--config", _folder["esmm.json"], "--data", _folder["log.csv"]);
        Assert.Contains("using the packed log", Train("packed").Error, StringComparison.Ordinal);
        Assert.Equal(File.ReadAllBytes(_folder["a.safetensors"]), File.ReadAllBytes(_folder["packed.safetensors"]));
    }

    [Fact]
    public void WhatAListRaisesIsTheLogitWithItMinusThatWithout()
    {
        (string with, string without) = (Explain(1), Explain(2));
        Assert.Matches(@"tags +t0:1\|t3:0\.5 +2 values +hit ", with);
        Assert.Matches(@"tags +none +missing ", without);
        double raised = Number(with, @"tags +t0\S+ +2 values +hit +(\S+)");
        Assert.NotEqual(0, raised);
        Assert.Equal(Logit(with) - Logit(without), raised, 1e-4);
        Assert.Matches(@"tags +\S+ +2 values +1 out of vocabulary ", Explain(3));
        Assert.Matches(@"item +other +row 0 +out of vocabulary ", Explain(4));
    }

    [Fact]
    public void AListIsUnseenWhereOneOfItsValuesIs()
    {
        using JsonDocument json = JsonDocument.Parse(EsmmTool.Good("evaluate", "--model", _folder["a.safetensors"], "--data", _folder["test.csv"], "--by", "unseen:tags", "unseen:item", "--json").Output);
        Assert.Equal(["unseen:tags seen 2", "unseen:tags unseen 1", "unseen:tags missing 1", "unseen:item seen 3", "unseen:item unseen 1"],
            json.RootElement.GetProperty("slices").EnumerateArray().Select(slice => slice.GetProperty("by").GetString() + " " + slice.GetProperty("value").GetString() + " " + slice.GetProperty("metrics").GetProperty("impressions").GetInt64()));
    }

    [Fact]
    public void DiffGoesByEntriesWhateverRowsTheyHave()
    {
        _folder.Write("esmm.json", Config.Replace("\"minCount\": 3", "\"minCount\": 21", StringComparison.Ordinal));
        Train("fewer");
        string output = EsmmTool.Good("diff", _folder["a.safetensors"], _folder["fewer.safetensors"]).Output;
        Assert.Matches(@"emb\.item +\d+ entries in both, [1-9]\d* only in A, 0 only in B", output);
        Assert.Matches(@"emb\.tags +32 ", output);
    }

    private static double Logit(string output) => Number(output, @"sigmoid of the CTR logit (\S+)");

    private static double Number(string output, string pattern) => double.Parse(Regex.Match(output, pattern).Groups[1].Value, CultureInfo.InvariantCulture);

    private string Explain(int row) => EsmmTool.Good("explain", "--model", _folder["a.safetensors"], "--data", _folder["test.csv"], "--row", row.ToString(CultureInfo.InvariantCulture)).Output;

    private ToolRun Train(string name) => EsmmTool.Good("train", "--config", _folder["esmm.json"], "--data", _folder["log.csv"], "--out", _folder[name + ".safetensors"]);
}
