namespace EsmmLite.Tests;
public class PlaceholderTests { [Fact] public void A() => Assert.Equal("a: x.", new EsmmException(EsmmErrorKind.Data, "x", "a").Message); }
