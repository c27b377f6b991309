using EsmmLite.Features;
using EsmmLite.Model;
using EsmmLite.Training;

namespace EsmmLite.Tests.Training;

public sealed class EsmmConfigTests : IDisposable
{
    private const string TenMistakes = """
        { "fields": [ {"name": "a", "kind": "hashd", "buckets": 10, "dim": 8},
                      {"name": "b", "kind": "hashed", "bukets": 10, "buckets": 10, "dim": 8},
                      {"name": "b", "kind": "numeric", "clip": [5, 1]},
                      {"name": "c", "kind": "numeric", "serve": {"fixed": "first"}},
                      7 ],
          "crosses": [ ["a", "b"], ["b"] ],
          "labels": [ {"name": "click", "window": "1w"}, {"name": "conversion", "column": "click"} ],
          "towers": {"ctr": [0]},
          "training": {"epoch": 3} }
        """;

    private readonly string _folder = Directory.CreateTempSubdirectory("esmm-config-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void TenMistakesAreTenFaults()
    {
        EsmmException e = Assert.Throws<EsmmException>(() => EsmmConfig.Parse(TenMistakes, "c.json"));
        string[] faults = [.. e.Message.Split('\n').Skip(1).Select(line => line[4..])];
        string[] expected =
        [
            "fields[0].kind: \"hashd\" where one of \"hashed\", \"vocabulary\", \"numeric\", \"crossed\" (did you mean \"hashed\"?) was expected",
            "fields[1].bukets: unknown key; did you mean \"buckets\"?",
            "fields[2].name: the name \"b\" is taken already",
            "fields[2].clip: the low end 5 is above the high end 1",
            "fields[3].serve.fixed: value \"first\" is not a number; expected a finite number",
            "fields[4]: 7 where an object { ... } was expected",
            "crosses[1]: 1 names where two fields were expected",
            "labels[0].window: \"1w\" where a whole number above 0 and a unit: s, m, h or d, such as \"30m\" or \"7d\" was expected",
            "labels[1].column: is the same label as an earlier stage",
            "towers.ctr[0]: 0 where a whole number from 1 to 65536 was expected",
            "training.epoch: unknown key; did you mean \"epochs\"?",
        ];
        Assert.Equal(expected.Order(StringComparer.Ordinal), faults.Order(StringComparer.Ordinal));
        Assert.StartsWith("c.json: " + expected.Length + " faults\n", e.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("?.", e.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("\"time\": {\"column\": \"t\", \"zone\": \"Mars/Olympus\"}", "time.zone: \"Mars/Olympus\" is no time zone")]
    [InlineData("\"time\": {\"column\": \"t\", \"format\": \"seconds\", \"zone\": \"UTC\"}", "time.zone: has no effect")]
    [InlineData("\"time\": {\"format\": \"iso\"}", "time.column: missing")]
    [InlineData("\"time\": {\"column\": \"click\"}", "time.column: is the column of a label")]
    [InlineData("\"group\": \"\"", "group: is empty")]
    public void FaultsOfTimesAreTold(string part, string fault) =>
        Assert.Contains(fault, Assert.Throws<EsmmException>(() => Parse(part)).Message, StringComparison.Ordinal);

    [Theory]
    [InlineData("\"timeColumn\": \"at\"", "labels[0].timeColumn: needs \"time\"")]
    [InlineData("\"window\": \"7d\"", "labels[0].window: needs \"timeColumn\"")]
    [InlineData("\"counts\": \"binarise\", \"in\": [\"x\"]", "labels[0].counts: has no effect on a list of texts")]
    [InlineData("\"counts\": \"binarize\"", "did you mean \"binarise\"?")]
    [InlineData("\"timeColumn\": \"a\"", "fields[0].column: the time of a label")]
    public void FaultsOfLabelTimesAreTold(string part, string fault) =>
        Assert.Contains(fault, Assert.Throws<EsmmException>(() => Parse("\"why\": 1", part)).Message, StringComparison.Ordinal);

    [Fact]
    public void TimesAndGroupsComeBackFromTheResolvedConfig()
    {
        EsmmConfig config = Parse("\"time\": {\"column\": \"t\", \"zone\": \"Europe/Berlin\"}, \"group\": \"search\", \"$schema\": \"esmm.schema.json\"",
            "\"timeColumn\": \"at\", \"window\": \"48h\", \"counts\": \"binarise\"", "\"serve\": {\"fixed\": 1.50}");
        Assert.Equal(new ImpressionTime { Column = "t", Zone = "Europe/Berlin" }, config.Schema.Time);
        Assert.Equal("search", config.Schema.Group);
        Assert.Equal((TimeSpan.FromDays(2), "at", true), (config.Schema.Labels[0].Window, config.Schema.Labels[0].TimeColumn, config.Schema.Labels[0].BinariseCounts));
        Assert.Equal("1.50", config.Schema.Fields[0].FixedAtServing);
        string resolved = config.ToJson();
        Assert.Equal(resolved, EsmmConfig.Parse(resolved, "again").ToJson());
        Assert.Contains("\"2d\"", resolved, StringComparison.Ordinal);
    }

    [Fact]
    public void TheLargestSeedIsSavedAndLoaded()
    {
        EsmmConfig config = Parse("\"training\": {\"seed\": 18446744073709551615}");
        Assert.Equal(ulong.MaxValue, config.Training.Seed);
        Assert.Equal(ulong.MaxValue, EsmmConfig.Parse(config.ToJson(), "again").Training.Seed);
        string path = Path.Combine(_folder, "model.safetensors");
        EsmmModel.Create(FeatureSpace.FromSchema(config.Schema), config.Model with { CtrTower = [2], CvrTower = [2] }).Save(path);
        Assert.Equal(ulong.MaxValue, EsmmModel.Load(path).Options.Seed);
        Assert.Contains("from 0 to 18446744073709551615", Assert.Throws<EsmmException>(() => Parse("\"training\": {\"seed\": -1}")).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void AFileThatIsNotThereIsSaidSoInFewWords()
    {
        string missing = Path.Combine(_folder, "none");
        Assert.Equal(missing + ": there is no such file; expected a config as JSON. Samples are in the folder samples.", Assert.Throws<EsmmException>(() => EsmmConfig.Load(missing)).Message);
        Assert.Equal(missing + ": there is no such file; expected a model file.", Assert.Throws<EsmmException>(() => EsmmModel.Load(missing)).Message);
        Assert.Equal(_folder + ": is a folder; expected a model file.", Assert.Throws<EsmmException>(() => EsmmModel.Load(_folder)).Message);
    }

    private static EsmmConfig Parse(string top, string label = "\"why\": 1", string field = "\"why\": 1") => EsmmConfig.Parse(
        "{ \"fields\": [ {\"name\": \"a\", \"kind\": \"hashed\", \"buckets\": 9, " + field + "}, {\"name\": \"b\", \"kind\": \"hashed\", \"buckets\": 9} ], \"labels\": [ {\"name\": \"click\", " + label + "}, {\"name\": \"conversion\"} ], " + top + " }", "c.json");
}
