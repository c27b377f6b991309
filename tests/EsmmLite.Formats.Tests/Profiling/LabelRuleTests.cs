using EsmmLite.Formats.Profiling;

namespace EsmmLite.Formats.Tests.Profiling;

public sealed class LabelRuleTests
{
    [Theory]
    [InlineData("clicked", "clicked", null, false)]
    [InlineData("result=Pass,Distinction", "result", "Pass|Distinction", false)]
    [InlineData("result!=Withdrawn", "result", "Withdrawn", true)]
    [InlineData("band=\"6) $750 - $1,000\",x", "band", "6) $750 - $1,000|x", false)]
    [InlineData("band=\"say \"\"hi\"\"\"", "band", "say \"hi\"", false)]
    [InlineData("a=b", "a=b", null, false)] // the name of a column
    public void ARuleIsRead(string text, string column, string? texts, bool exclusion)
    {
        LabelRule rule = LabelRule.Parse(text, "--click", ["clicked", "result", "band", "a=b"]);
        Assert.Equal((column, texts, exclusion), (rule.Column, rule.Texts is null ? null : string.Join('|', rule.Texts), rule.IsExclusion));
        Assert.Equal(rule.ToString(), LabelRule.Parse(rule.ToString(), "--click", ["a=b"]).ToString());
    }

    [Theory]
    [InlineData("result=")]
    [InlineData("result=a,,b")]
    [InlineData("result=\"a")]
    public void ABrokenRuleIsRefused(string text)
        => Assert.Contains("--click", Assert.Throws<EsmmException>(() => LabelRule.Parse(text, "--click", ["result"])).Message, StringComparison.Ordinal);
}
