using EsmmLite.Diagnostics;

namespace EsmmLite.Tests.Diagnostics;

public class ConfigNodeTests
{
    [Fact]
    public void ValuesAndFallbacks()
    {
        ConfigNode node = Parse("""{ "a": 1, "b": 2.5, "c": "x", "d": true, "e": [1.5, 2], "f": { "g": null }, "h": -9007199254740993 }""");
        Assert.Equal((1, 7), (node.Integer("a", 5, 0, 9), node.Integer("missing", 7, 0, 9)));
        Assert.Equal((2.5, 1.0), (node.Number("b", 0, 0, 9), node.Number("missing", 1, 0, 9)));
        Assert.Equal(("x", "y"), (node.RequiredText("c"), node.Text("missing", "y")));
        Assert.True(node.Flag("d", false));
        Assert.Equal([1.5, 2], node.Numbers("e")!);
        Assert.Null(node.Section("f")!.OptionalText("g"));
        Assert.Equal(-9007199254740993, node.Long("h", 0, long.MinValue, long.MaxValue));
        Assert.Null(node.Section("missing"));
        node.Finish();
    }

    [Fact]
    public void FaultsNameTheirPathAndComeTogether()
    {
        ConfigNode node = Parse("""{ "a": 1.5, "b": 1e400, "list": [ { "x": 1 }, { "x": 99, "y": 0 }, 3 ], "s": { "colour": 1, "why": "a remark" }, "t": [1, "b"] }""");
        Assert.Equal(3, node.Integer("a", 3, 0, 9));
        Assert.Equal(4, node.Number("b", 4, 0, 1e300));
        foreach (ConfigNode item in node.Sections("list"))
        {
            item.Integer("x", 0, 0, 9);
        }

        node.Section("s")!.Integer("color", 0, 0, 9);
        Assert.Equal(["b"], node.Texts("t")!);
        Assert.Equal(0, node.RequiredInteger("needed", 0, 1));
        EsmmException e = Assert.Throws<EsmmException>(node.Finish);
        Assert.Equal(EsmmErrorKind.Config, e.Kind);
        foreach (string fault in (string[])[
            "a: 1.5 where a whole number from 0 to 9", "b: 1e400 where a number", "list[1].x: 99", "list[1].y: unknown key", "list[2]: 3 where an object",
            "s.colour: unknown key; did you mean \"color\"?", "t[0]: 1 where a text", "needed: missing", "8 faults"])
        {
            Assert.Contains(fault, e.Message, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void TwoReadersOfASectionShareItsKnownKeys()
    {
        ConfigNode node = Parse("""{ "s": { "a": 1, "b": 2 } }""");
        node.Section("s")!.Integer("a", 0, 0, 9);
        node.Section("s")!.Integer("b", 0, 0, 9);
        node.Finish();
    }

    [Theory]
    [InlineData("{ \"a\": 1, \"a\": 2 }")]
    [InlineData("{ \"a\": 1, \"\\u0061\": 2 }")]
    [InlineData("{ \"a\": ")]
    [InlineData("[1]")]
    [InlineData("")]
    [InlineData("{ \"a\": \"\\ud800\" }")]
    [InlineData("{ \"\\ud800\": 1 }")]
    public void BadDocumentsAreConfigErrors(string json)
    {
        Assert.Equal(EsmmErrorKind.Config, Assert.Throws<EsmmException>(() => Parse(json).Finish()).Kind);
    }

    [Fact]
    public void HalfASurrogatePairInTheTextItselfIsAConfigError()
    {
        Assert.Equal(EsmmErrorKind.Config, Assert.Throws<EsmmException>(() => Parse("{ \"a\": \"" + (char)0xD800 + "\" }").Finish()).Kind);
    }

    [Fact]
    public void SyntaxErrorsNameTheLine()
    {
        Assert.Contains("c.json line 3", Assert.Throws<EsmmException>(() => Parse("{\n\"a\": 1,\n\"b\" 2 }")).Message, StringComparison.Ordinal);
    }

    private static ConfigNode Parse(string json) => ConfigNode.Parse(json, "c.json");
}
