using EsmmLite.Training;

namespace EsmmLite.Tests.Diagnostics;

/// <summary>What is said of a config that is no JSON: in own words, with line and column.</summary>
public class BrokenJsonTests
{
    [Theory]
    [InlineData("{\n  \"a\": 1\n  \"b\": 2\n}", "line 3 column 3", "a quote where none belongs; is a comma or a colon missing before it?")]
    [InlineData("{\n  \"a\": 1,\n", "line 3 column 1", "it ends in the middle: a brace, a bracket or a quote is not closed")]
    [InlineData("", "line 1 column 1", "it ends in the middle")]
    [InlineData("{\"a\": 'x'}", "line 1 column 7", "a single quote; texts stand in double quotes")]
    [InlineData("{\"é\": True}", "line 1 column 7", "there is \"True\" where it doesn't belong")]
    [InlineData("{\"a\": [1, 2}", "line 1 column 12", "there is \"}\" where a value or a key belongs, or a bracket that doesn't fit")]
    [InlineData("{\"a\": \"x\n}", "line 1 column 9", "is its quote not closed?")]
    [InlineData("{\"a\": 012}", "line 1 column 8", "where it doesn't belong")]
    [InlineData("{\"a\": 1, \"b\": {\"c\": [{\"d\": 1, \"d\": 2}]}}", "config", "the key b.c[0].d stands twice in one object")]
    public void ItIsSaidInOwnWords(string json, string where, string what)
    {
        EsmmException fault = Assert.Throws<EsmmException>(() => EsmmConfig.Parse(json, "config"));
        Assert.Contains(where, fault.Where, StringComparison.Ordinal);
        Assert.Contains(what, fault.What, StringComparison.Ordinal);
        Assert.All((string[])["LineNumber", "BytePositionInLine", "invalid start", "Duplicate", "0x"], raw => Assert.DoesNotContain(raw, fault.Message, StringComparison.Ordinal));
    }
}
