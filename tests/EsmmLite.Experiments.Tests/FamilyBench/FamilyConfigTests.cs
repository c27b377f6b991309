using EsmmLite.Experiments.FamilyBench;
using EsmmLite.Model;
using EsmmLite.Training;

namespace EsmmLite.Experiments.Tests.FamilyBench;

/// <summary>What the config of each variant is.</summary>
public class FamilyConfigTests
{
    private static readonly string Json =
        """
        {
          "fields": [ { "name": "item", "kind": "hashed", "buckets": 10, "dim": 4 }, { "name": "worth", "kind": "numeric", "standardise": false } ],
          "labels": [ { "name": "click" }, { "name": "conversion" } ],
          "model": { "kind": "aitm" },
          "towers": { "ctr": [16, 8], "cvr": [12, 8], "layerNorm": true },
          "loss": { "ctr": 7, "rowWeights": { "ctr": "worth" }, "combine": "pcgrad" }
        }
        """;

    private static readonly FamilyConfig Config = new(EsmmConfig.Parse(Json, "test"));

    [Fact]
    public void TheBaseIsPlainWhateverTheConfigSays()
    {
        EsmmConfig plain = Assert.Single(Config.Of(FamilyVariants.Plain));
        Assert.Equal(ModelKind.Esmm, plain.Model.Kind);
        Assert.False(plain.Model.Layers.LayerNorm);
        Assert.Equal((1.0, new LossOptions()), (plain.Training.CtrWeight, plain.Training.Loss));
        Assert.Equal([16, 8], plain.Model.CtrTower);
    }

    [Fact]
    public void AnOverlayReplacesWhatItNames()
    {
        EsmmConfig experts = Assert.Single(Config.Of(FamilyVariants.Of(["PLE"])[1]));
        Assert.Equal([12], experts.Model.Bottom.Hidden);
        Assert.Equal([8], experts.Model.CtrTower);
        Assert.Equal([ModelKind.Ctr, ModelKind.Cvr], Config.Of(FamilyVariants.Two).Select(c => c.Model.Kind));

        // Only one variant takes the config's own weights over, and the others' absence is said.
        Assert.Equal("worth", Assert.Single(Config.Of(FamilyVariants.Of(["row weights"])[1])).Training.Loss.CtrRowWeight);
        Assert.Contains("loss.history", Assert.Throws<EsmmException>(() => Config.Of(FamilyVariants.Of(["item history"])[1])).Message, StringComparison.Ordinal);
    }
}
