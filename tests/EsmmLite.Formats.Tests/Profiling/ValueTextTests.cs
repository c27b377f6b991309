using EsmmLite.Formats.Profiling;

namespace EsmmLite.Formats.Tests.Profiling;

public sealed class ValueTextTests
{
    [Theory]
    [InlineData("", "Missing")]
    [InlineData("  ", "Missing")]
    [InlineData("NULL", "Missing")]
    [InlineData(" ?", "Missing")]
    [InlineData("\\N", "Missing")]
    [InlineData("NaN", "Missing")]
    [InlineData("NA", "PerhapsMissing")]
    [InlineData("7", "Integer")]
    [InlineData("-7", "Integer")]
    [InlineData("7.0", "Integer")]
    [InlineData("0", "Integer")]
    [InlineData("007", "Padded")]
    [InlineData("7.5", "Number")]
    [InlineData("1e3", "Number")]
    [InlineData("-.5", "Number")]
    [InlineData("1e999", "Text")]
    [InlineData("1,5", "Text")]
    [InlineData("2012-12-24 07:32:56", "Time")]
    [InlineData("2012-12-24", "Time")]
    [InlineData("2012-12-24T07:32:56.123Z", "Time")]
    [InlineData("2012-12-24T07:32:56+02:00", "Time")]
    [InlineData("24.12.2012", "Time")]
    [InlineData("2013J", "Text")]
    [InlineData("10-20%", "Text")]
    [InlineData("1.2.3.4", "Text")]
    [InlineData("Zürich", "Text")]
    public void ATextLooksLike(string text, string kind) => Assert.Equal(kind, ValueText.KindOf(text, out _).ToString());
}
