using EsmmLite.Diagnostics;
using EsmmLite.Features;

namespace EsmmLite.Tests.Features;

public class SchemaTests
{
    private const string Good = """
        // Hotel searches.
        { "fields": [ {"name":"adid","kind":"hashed","buckets":10000,"dim":16,"side":"candidate","separate":false,"column":"adid","integer":false,"missing":"zero"},
                      {"name":"srch_destination_id","kind":"vocabulary","minCount":2,"maxEntries":50000,"dim":8,"side":"request","missing":"value", "why":"few"},
                      {"name":"price_usd","kind":"numeric","clip":[0,5000],"log":true,"standardise":true,"missingIndicator":true,"side":"candidate"},
                      {"name":"hour","kind":"numeric","buckets":12,"dim":4},
                      {"name":"device_id","kind":"hashed","buckets":1000}, ],
          "crosses": [ ["adid","device_id"] ],
          "labels": [ {"name":"click","column":"click_bool"}, {"name":"conversion","column":"final_result","in":["Pass","Distinction"]} ],
          "conversionWithoutClick": "as_click", "missing": ["", "NULL"], "why": "an example", "towers": [512, 128, 64] }
        """;

    [Fact]
    public void ConfigBecomesSchema()
    {
        ConfigNode node = ConfigNode.Parse(Good, "hotels.json");
        Schema schema = SchemaJson.Read(node);
        Assert.Equal([512, 128, 64], node.Integers("towers", 1, 4096)!);
        node.Finish();
        Assert.Equal(new HashedField { Name = "adid", Buckets = 10000, Column = "adid" }, schema.Fields[0]);
        Assert.Equal(new VocabularyField { Name = "srch_destination_id", Column = "srch_destination_id", MinCount = 2, MaxEntries = 50000, Dim = 8, Side = Side.Request }, schema.Fields[1]);
        Assert.Equal(new NumericField { Name = "price_usd", Column = "price_usd", ClipLow = 0, ClipHigh = 5000, Log = true, MissingIndicator = true }, schema.Fields[2]);
        Assert.Equal(new NumericField { Name = "hour", Column = "hour", Buckets = 12, Dim = 4 }, schema.Fields[3]);
        Assert.Equal([new Cross("adid", "device_id")], schema.Crosses);
        Assert.Equal("click_bool", schema.Labels[0].Column);
        Assert.Null(schema.Labels[0].In);
        Assert.Equal(["Pass", "Distinction"], schema.Labels[1].In!);
        Assert.Equal(ConversionWithoutClick.AsClick, schema.ConversionWithoutClick);
        Assert.Equal(["", "NULL"], schema.MissingValues);
    }

    [Fact]
    public void ASectionThatNobodyReadIsUnknown()
    {
        ConfigNode node = ConfigNode.Parse(Good, "hotels.json");
        SchemaJson.Read(node);
        Assert.Contains("towers: unknown key", Assert.Throws<EsmmException>(node.Finish).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void AllFaultsAreListedAtOnce()
    {
        ConfigNode node = ConfigNode.Parse("""
            { "fields": [ {"name":"a","kind":"hashed","buckets":0},
                          {"name":"a","kind":"hashed","bukets":5,"buckets":5,"dim":4},
                          {"name":"v","kind":"vocab"},
                          {"name":"n","kind":"numeric","clip":[5,1],"log":"yes"},
                          {"name":"click_bool","kind":"numeric"},
                          {"kind":"numeric"},
                          {"name":"p","kind":"numeric","dim":3} ],
              "crosses": [ ["a","n"], ["a","zz"], ["a"], ["a", "a"] ],
              "labels": [ {"name":"click","column":"click_bool"} ],
              "conversionWithoutClick": "asnegative" }
            """, "bad.json");
        SchemaJson.Read(node);
        EsmmException e = Assert.Throws<EsmmException>(node.Finish);
        Assert.Equal(EsmmErrorKind.Config, e.Kind);
        foreach (string fault in (string[])[
            "bad.json", "fields[0].buckets: 0 where a whole number from 1", "fields[1].bukets: unknown key; did you mean \"buckets\"?", "fields[2].kind: \"vocab\" where one of \"hashed\"",
            "fields[3].log: \"yes\" where true or false", "fields[5].name: missing", "fields[6].dim: a plain number", "crosses[2]: 1 names",
            "conversionWithoutClick: \"asnegative\" where one of", "did you mean \"as_negative\"?"])
        {
            Assert.Contains(fault, e.Message, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void FaultsOfMeaningAreListedAtOnce()
    {
        var schema = new Schema
        {
            Fields =
            [
                new HashedField { Name = "a", Buckets = 0, Dim = 0 },
                new HashedField { Name = "a", Buckets = 5, Dim = 4 },
                new VocabularyField { Name = "v", MinCount = 0, MaxEntries = 0, Dim = 8 },
                new NumericField { Name = "n", ClipLow = 5, ClipHigh = 1 },
                new NumericField { Name = "c", Column = "click" },
                new NumericField { Name = "b", Buckets = 0, Log = true, MissingIndicator = true },
                new HashedField { Name = "", Buckets = 1, Dim = 8 },
            ],
            Crosses = [new Cross("a", "n"), new Cross("vv", "v"), new Cross("v", "v"), new Cross("v", "")],
            Labels = [new LabelStage { Name = "click" }],
        };
        string[] faults = [.. SchemaValidator.Faults(schema).Select(fault => fault.Path + ": " + fault.Message)];
        foreach (string expected in (string[])[
            "fields[0].buckets: 0", "fields[0].dim: 0", "fields[1].name: the name \"a\" is taken", "fields[2].minCount: 0", "fields[2].maxEntries: 0", "fields[3].clip: the low end 5 is above the high end 1",
            "fields[4].column: the label column", "fields[5].buckets: 0", "fields[5].log: has no effect", "fields[5].missingIndicator: has no effect", "fields[6].name: is empty",
            "crosses[0]: field \"n\" is a plain number", "crosses[1]: there is no field \"vv\"; did you mean \"v\"?", "crosses[2]: crosses \"v\" with itself", "labels: 1 where at least 2"])
        {
            Assert.Contains(faults, fault => fault.StartsWith(expected, StringComparison.Ordinal));
        }

        EsmmException e = Assert.Throws<EsmmException>(() => SchemaValidator.Validate(schema));
        Assert.Equal(EsmmErrorKind.Config, e.Kind);
        Assert.Contains("labels: 1", e.Message, StringComparison.Ordinal);
        Assert.Contains("fields[0].dim", e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void CrossesOfUnequalDimsAreFaults()
    {
        var schema = new Schema
        {
            Fields = [new HashedField { Name = "a", Buckets = 2, Dim = 8 }, new NumericField { Name = "b", Buckets = 3, Dim = 4 }],
            Crosses = [new Cross("a", "b"), new Cross("b", "a")],
            Labels = [new LabelStage { Name = "click" }, new LabelStage { Name = "conversion", Column = "click" }],
        };
        string[] paths = [.. SchemaValidator.Faults(schema).Select(fault => fault.Path)];
        Assert.Equal(["crosses[0]", "crosses[1]", "crosses[1]", "labels[1].column"], paths);
    }
}
