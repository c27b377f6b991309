using System.Globalization;
using System.Text;

namespace EsmmLite.Cli.Tests;

/// <summary>A column that weighs impressions in training, and that nothing else needs.</summary>
public sealed class WeightColumnTests : IDisposable
{
    private const string Config =
        """
        {
          "fields": [
            {"name": "item", "kind": "hashed", "buckets": 50, "dim": 4},
            {"name": "w", "column": "weight", "kind": "numeric", "input": false}
          ],
          "labels": [{"name": "click"}, {"name": "conversion"}],
          "towers": {"ctr": [8], "cvr": [8]},
          "loss": {"rowWeights": {"ctr": "w", "ctcvr": "w"}},
          "training": {"batch": 64, "epochs": 2, "learningRate": 0.02}
        }
        """;

    private readonly TestFolder _folder = new();

    public WeightColumnTests()
    {
        _folder.Write("esmm.json", Config);
        _folder.Write("log.csv", Log(i => i % 3 == 0 ? "" : "2.5"));
        _folder.Write("ones.csv", Log(_ => "1"));
        _folder.Write("new.csv", "item\ni1\ni2\ni30\n");
    }

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Training_reads_it_and_scoring_does_without()
    {
        Train("log", "weighted");
        Train("ones", "ones");
        Train("ones", "plain", "--set", "loss.rowWeights={}");
        Assert.NotEqual(Score("weighted"), Score("ones"));
        Assert.Equal(Score("plain"), Score("ones")); // weights of 1 are no weights
        Assert.Equal(4, Score("ones").Split('\n', StringSplitOptions.RemoveEmptyEntries).Length);
        Assert.Contains("no input", EsmmTool.Good("inspect", _folder["ones.safetensors"]).Output, StringComparison.Ordinal);
        string evaluated = EsmmTool.Good("evaluate", "--model", _folder["weighted.safetensors"], "--data", _folder["log.csv"]).Output;
        Assert.DoesNotContain("served as", evaluated, StringComparison.OrdinalIgnoreCase);
        EsmmTool.Good("explain", "--model", _folder["ones.safetensors"], "--data", _folder["log.csv"], "--row", "1");
    }

    [Fact]
    public void What_a_weight_cannot_be_is_refused_by_name()
    {
        EsmmTool.Bad(2, "fields[1].input", "train", "--config", _folder["esmm.json"], "--data", _folder["log.csv"], "--out", _folder["x.safetensors"], "--set", "fields.w.standardise=true");
        EsmmTool.Bad(2, "fields[1].serve", "train", "--config", _folder["esmm.json"], "--data", _folder["log.csv"], "--out", _folder["x.safetensors"], "--set", "fields.w.serve={\"fixed\": 1}");
        _folder.Write("negative.csv", Log(_ => "-1"));
        EsmmTool.Bad(4, "the weight of a row is -1", "train", "--config", _folder["esmm.json"], "--data", _folder["negative.csv"], "--out", _folder["x.safetensors"]);
    }

    private static string Log(Func<int, string> weight)
    {
        var log = new StringBuilder("item,weight,click,conversion\n");
        for (int i = 0; i < 600; i++)
        {
            log.Append(CultureInfo.InvariantCulture, $"i{i * 11 % 43},{weight(i)},{(i % 5 == 0 ? 1 : 0)},{(i % 15 == 0 ? 1 : 0)}\n");
        }

        return log.ToString();
    }

    private void Train(string log, string model, params string[] more) =>
        EsmmTool.Good(["train", "--config", _folder["esmm.json"], "--data", _folder[log + ".csv"], "--out", _folder[model + ".safetensors"], .. more]);

    private string Score(string model) => EsmmTool.Good("score", "--model", _folder[model + ".safetensors"], "--data", _folder["new.csv"], "--out", "-").Output;
}
