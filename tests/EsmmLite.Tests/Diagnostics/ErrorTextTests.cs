using EsmmLite.Diagnostics;

namespace EsmmLite.Tests.Diagnostics;

public class ErrorTextTests
{
    [Fact]
    public void OfManyNamesOnlyTheNearestAreListed()
    {
        Assert.Equal("\"b\", \"a\"", ErrorText.Some("x", ["b", "a"]));
        string[] many = [.. Enumerable.Range(10, 54).Select(i => FormattableString.Invariant($"column_{i}")), "click_bool", "booking_bool"];
        string some = ErrorText.Some("click_boot", many);
        Assert.StartsWith("\"click_bool\", ", some, StringComparison.Ordinal);
        Assert.EndsWith(", ... (56 in all)", some, StringComparison.Ordinal);
        Assert.Equal(6, some.Count(c => c == '"') / 2);
        Assert.EndsWith("... (56 in all)", ErrorText.Some(new string('x', 5000), many), StringComparison.Ordinal);
    }
}
