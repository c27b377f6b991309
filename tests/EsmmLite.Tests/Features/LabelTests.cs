using EsmmLite.Features;

namespace EsmmLite.Tests.Features;

public class LabelTests
{
    [Theory]
    [InlineData("0", 0)]
    [InlineData("1", 1)]
    [InlineData("0.0", 0)]
    [InlineData("1.0", 1)]
    public void ZeroAndOneAreLabels(string text, byte label) => Assert.Equal(label, Reader().Read(0, text));

    [Theory]
    [InlineData("")]
    [InlineData("2")]
    [InlineData("true")]
    [InlineData(" 1")]
    [InlineData("1e0")]
    public void OtherTextsAreRefusedByColumn(string text)
    {
        EsmmException e = Assert.Throws<EsmmException>(() => Reader().Read(0, text));
        Assert.Equal(EsmmErrorKind.Data, e.Kind);
        Assert.Contains("click_bool", e.Message, StringComparison.Ordinal);
        Assert.Contains("\"" + text + "\"", e.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("0", 0)]
    [InlineData("1", 1)]
    [InlineData("2", 1)]
    [InlineData("17.0", 1)]
    [InlineData("0.0", 0)]
    [InlineData("99999999999999999999", 1)]
    public void CountsAreBinarisedWhereTheStageSaysSo(string text, byte label)
    {
        Assert.Equal(label, Counts().Read(0, text));
        if (text.Length > 1 || text[0] > '1')
        {
            Assert.True(label == 0 || Assert.Throws<EsmmException>(() => Reader().Read(0, text)).Message.Contains("\"counts\": \"binarise\"", StringComparison.Ordinal));
        }
    }

    [Theory]
    [InlineData("")]
    [InlineData("-1")]
    [InlineData("1.5")]
    [InlineData("1e3")]
    [InlineData("1,000")]
    [InlineData("2\0")]
    [InlineData("many")]
    public void WhatIsNoCountIsRefused(string text) => Assert.Contains("expected a count", Assert.Throws<EsmmException>(() => Counts().Read(0, text)).Message, StringComparison.Ordinal);

    [Fact]
    public void ListedTextsAreOneAndAllOthersZero()
    {
        LabelReader reader = Reader();
        Assert.Equal(1, reader.Read(1, "Pass"));
        Assert.Equal(1, reader.Read(1, "Distinction"));
        Assert.Equal(0, reader.Read(1, "Fail"));
        Assert.Equal(0, reader.Read(1, ""));
        Assert.Equal(0, reader.Read(1, "pass"));
    }

    [Theory]
    [InlineData(ConversionWithoutClick.Drop, null)]
    [InlineData(ConversionWithoutClick.AsNegative, "00")]
    [InlineData(ConversionWithoutClick.AsClick, "11")]
    public void ConversionWithoutClickFollowsTheRule(ConversionWithoutClick rule, string? expected)
    {
        Assert.Equal(expected, Apply(rule, "01"));
        Assert.Equal("00", Apply(rule, "00"));
        Assert.Equal("10", Apply(rule, "10"));
        Assert.Equal("11", Apply(rule, "11"));
    }

    [Theory]
    [InlineData(ConversionWithoutClick.AsNegative, "1011", "1000")]
    [InlineData(ConversionWithoutClick.AsClick, "1010", "1110")]
    [InlineData(ConversionWithoutClick.AsClick, "0001", "1111")]
    [InlineData(ConversionWithoutClick.Drop, "1101", null)]
    [InlineData(ConversionWithoutClick.Drop, "1100", "1100")]
    public void LongerFunnelsFollowTheSameRule(ConversionWithoutClick rule, string labels, string? expected) => Assert.Equal(expected, Apply(rule, labels));

    private static string? Apply(ConversionWithoutClick rule, string text)
    {
        byte[] labels = [.. text.Select(c => (byte)(c - '0'))];
        bool kept = new FunnelRule(rule, [.. labels.ToArray().Select((_, i) => new LabelStage { Name = "s" + i })]).Keep(labels, out string? reason);
        Assert.Equal(kept ? null : "conversion without click", reason);
        return kept ? string.Concat(labels.Select(b => (char)(b + '0'))) : null;
    }

    private static LabelReader Counts() => new(new Schema { Fields = [], Labels = [new LabelStage { Name = "click", BinariseCounts = true }] });

    private static LabelReader Reader()
    {
        return new LabelReader(new Schema
        {
            Fields = [],
            Labels = [new LabelStage { Name = "click", Column = "click_bool" }, new LabelStage { Name = "conversion", Column = "final_result", In = ["Pass", "Distinction"] }],
        });
    }
}
