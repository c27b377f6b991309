using EsmmLite.Diagnostics;
using EsmmLite.Features;
using EsmmLite.Tests.Model;

namespace EsmmLite.Tests.Features;

/// <summary>What is wrong with private fields and shared tables is said, all of it at once.</summary>
public class SharingFaultTests
{
    [Fact]
    public void FaultsOfTasksAreListed()
    {
        Field a = SmallModels.Hashed("a", 5, 4), b = SmallModels.Hashed("b", 5, 4);
        AssertFaults(SmallModels.Schema([a with { Tasks = ["ctcvr", "cvr", "cvr"] }, b with { Tasks = [] }]),
            "fields[0].tasks: there is no task \"ctcvr\"", "fields[0].tasks: names a task twice", "fields[1].tasks: is empty");
        AssertFaults(SmallModels.Schema([a with { Tasks = ["ctr"], Separate = true }, b]), "fields[0].tasks: a field that is separate");
        AssertFaults(SmallModels.Schema([a with { Tasks = ["ctr"] }, b with { Tasks = ["cvr"] }], new Cross("a", "b")), "crosses[0]: no tower reads both");
        Assert.Empty(SchemaValidator.Faults(SmallModels.Schema([a with { Tasks = ["ctr"] }, b], new Cross("a", "b"))));
    }

    [Fact]
    public void FaultsOfSharingAreListed()
    {
        HashedField a = SmallModels.Hashed("adid", 5, 4);
        VocabularyField v = new() { Name = "v", Dim = 4 };
        AssertFaults(
            SmallModels.Schema([
                a, a with { Name = "b", Buckets = 6, Dim = 3, Integer = true, Shares = "adid" }, a with { Name = "c", Shares = "b" }, a with { Name = "d", Shares = "adi" }, a with { Name = "e", Shares = "e" },
                v, v with { Name = "w", MinCount = 3, Shares = "v" }, v with { Name = "x", Shares = "adid" }, SmallModels.Number("n") with { Shares = "adid" }, a with { Name = "y", Shares = "m" },
                a with { Name = "z", Separate = true, Shares = "adid" }, SmallModels.Number("m")]),
            "fields[1].shares: the field has 6 buckets; field \"adid\" has 5", "fields[1].shares: the field has dim 3; field \"adid\" has 4", "fields[1].shares: one of the two fields holds integers",
            "fields[2].shares: field \"b\" has no table of its own; name the field \"adid\" instead", "fields[3].shares: there is no field \"adi\"; did you mean \"adid\"?", "fields[4].shares: names the field itself",
            "fields[6].shares: minCount, maxEntries and maxAge are those of field \"v\"", "fields[7].shares: field \"adid\" is of another kind", "fields[8].shares: a field of this kind shares no table",
            "fields[9].shares: field \"m\" is of another kind", "fields[10].shares: a field that is separate shares no table");
    }

    [Fact]
    public void AFieldThatSharesTakesItsShapeFromTheOwner()
    {
        ConfigNode node = ConfigNode.Parse("""
            { "fields": [ {"name": "last", "kind": "hashed", "shares": "adid", "column": "last_adid", "side": "request", "missing": "value"}, {"name": "adid", "kind": "hashed", "buckets": 77, "dim": 9, "integer": true},
                          {"name": "w", "kind": "vocabulary", "shares": "v", "tasks": ["cvr"]}, {"name": "v", "kind": "vocabulary", "dim": 5, "minCount": 3, "maxEntries": 8} ],
              "labels": [ {"name": "click"}, {"name": "conversion"} ] }
            """, "shares.json");
        Schema schema = SchemaJson.Read(node);
        node.Finish();
        Assert.Equal(new HashedField { Name = "last", Column = "last_adid", Side = Side.Request, Missing = MissingRule.Value, Shares = "adid", Buckets = 77, Dim = 9, Integer = true }, schema.Fields[0]);
        Assert.Equal(new VocabularyField { Name = "w", Column = "w", Shares = "v", Dim = 5, MinCount = 3, MaxEntries = 8, Tasks = schema.Fields[2].Tasks }, schema.Fields[2]);
        Assert.Equal(["cvr"], schema.Fields[2].Tasks!);
    }

    private static void AssertFaults(Schema schema, params string[] expected)
    {
        string[] faults = [.. SchemaValidator.Faults(schema).Select(fault => fault.Path + ": " + fault.Message)];
        Assert.All(expected, text => Assert.Contains(faults, fault => fault.StartsWith(text, StringComparison.Ordinal)));
        Assert.Equal(expected.Length, faults.Length);
    }
}
