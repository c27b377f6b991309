using EsmmLite.Features;
using EsmmLite.Training;

namespace EsmmLite.Tests.Diagnostics;

public class ConfigOverridesTests
{
    private const string Config = """
        { "fields": [ {"name": "user_id", "kind": "hashed", "buckets": 9}, {"name": "a.b", "kind": "hashed", "buckets": 9}, {"name": "price", "kind": "numeric"} ],
          "crosses": [ ["user_id", "a.b"] ], // last
          "labels": [ {"name": "click"}, {"name": "conversion"} ], }
        """;

    [Fact]
    public void ItemsOfAListGoByNumberAndByName()
    {
        EsmmConfig config = Parse("fields[0].dim=8", "fields.a.b.dim=8", "fields.price={\"name\": \"cost\", \"kind\": \"numeric\", \"log\": true}", "labels.click.column=clicked", "labels[1].in=[\"x\"]");
        Assert.Equal([8, 8], config.Schema.Fields.OfType<HashedField>().Select(field => field.Dim));
        Assert.Equal(new NumericField { Name = "cost", Column = "cost", Log = true }, config.Schema.Fields[2]);
        Assert.Equal(("clicked", "x"), (config.Schema.Labels[0].Column, config.Schema.Labels[1].In![0]));
        Assert.Equal(new Cross("a.b", "user_id"), Assert.Single(Parse("crosses[0][0]=a.b", "crosses[0][1]=user_id").Schema.Crosses));
        Assert.Equal([256, 5], Parse("towers.ctr=[256,64]", "towers.ctr[1]=5").Model.CtrTower);
    }

    [Theory]
    [InlineData("fields[3].dim=8", "there is no item [3]; expected [0] to [2].")]
    [InlineData("fields[x].dim=8", "there is no item [x]")]
    [InlineData("fields.userid.dim=8", "the list has no item named \"userid\"; expected the number of an item, such as [0], or one of \"user_id\", \"a.b\", \"price\". Did you mean \"user_id\"?")]
    [InlineData("fields[0].dim.x=8", "fields[0].dim: an object where a whole number")]
    [InlineData("conversionWithoutClick.x=8", "conversionWithoutClick")]
    [InlineData("fields[0].name.x=8", "there is no \"x\" in \"user_id\"")]
    [InlineData("=8", "is not an override")]
    [InlineData("training", "is not an override")]
    public void APathThatLeadsNowhereIsTold(string text, string message)
    {
        EsmmException e = Assert.Throws<EsmmException>(() => Parse(text));
        Assert.Equal(EsmmErrorKind.Config, e.Kind);
        Assert.Contains(message, e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void FaultsOfTheFileKeepTheirLines() =>
        Assert.Contains("c.json line 2", Assert.Throws<EsmmException>(() => EsmmConfig.Parse("{\n oops", "c.json", ["training.batch=2"])).Message, StringComparison.Ordinal);

    private static EsmmConfig Parse(params string[] overrides) => EsmmConfig.Parse(Config, "c.json", overrides);
}
