using EsmmLite.Cli.Comparing;

namespace EsmmLite.Cli.Tests;

public class JsonDiffTests
{
    [Theory]
    [InlineData("""{"a":1,"b":[1,2]}""", """{"a":1,"b":[1,2]}""", "")]
    [InlineData("""{"a":1}""", """{"a":2,"c":{"d":3,"e":4}}""", "a 1 2, c.d (absent) 3, c.e (absent) 4")]
    [InlineData("""{"b":[1,2]}""", """{"b":[1]}""", "b [1,2] [1]")]
    [InlineData("""{"b":[{"x":1}]}""", """{"b":[]}""", """b [{"x":1}] []""")]
    [InlineData("""{"f":[{"name":"u","kind":"hashed","dim":2}]}""", """{"f":[{"name":"v","kind":"numeric"},{"name":"u","kind":"hashed","dim":4}]}""", "f.u.dim 2 4, f.v (absent) numeric")]
    [InlineData("""{"f":[{"name":"u","dim":2}]}""", """{"f":[{"name":"v"}]}""", """f.u {"name":"u","dim":2} (absent), f.v (absent) {"name":"v"}""")]
    public void ItemsThatOneSideLacksAreOneDifference(string before, string after, string expected) =>
        Assert.Equal(expected, string.Join(", ", JsonDiff.Of(before, after).Select(d => $"{d.Path} {d.Before} {d.After}")));
}
