using EsmmLite.Persistence;

namespace EsmmLite.Tests.Persistence;

public class WriterTests
{
    [Theory]
    [InlineData("")]
    [InlineData("~sha256")]
    [InlineData("__metadata__")]
    public void Names_of_the_format_are_not_for_tensors(string name) =>
        Assert.Equal(EsmmErrorKind.Usage, Assert.Throws<EsmmException>(() => Write([], [TensorSource.Of<byte>(name, [1], new byte[1])])).Kind);

    [Fact]
    public void Text_that_UTF8_cannot_hold_is_refused()
    {
        // Half of a surrogate pair; an attribute's argument could not hold it either.
        string half = "half " + (char)0xD800;
        Assert.Throws<EsmmException>(() => Write([], [TensorSource.Of<byte>(half, [1], new byte[1])]));
        Assert.Throws<EsmmException>(() => Write([new("k", half)], []));
    }

    [Theory]
    [InlineData(-1L)]
    [InlineData(1L << 61, 4L)]
    [InlineData(1L << 62, 0L)]
    [InlineData(0L, 1L << 62)]
    public void Impossible_shapes_are_refused(params long[] shape) =>
        Assert.Throws<EsmmException>(() => TensorSource.Of<float>("w", shape, ReadOnlyMemory<float>.Empty));

    [Fact]
    public void Elements_must_fill_the_shape() => Assert.Throws<EsmmException>(() => TensorSource.Of<float>("w", [2, 2], new float[3]));

    [Fact]
    public void Other_element_types_are_refused() => Assert.Throws<EsmmException>(() => TensorSource.Of<int>("w", [1], new int[1]));

    [Fact]
    public void Duplicates_are_refused()
    {
        TensorSource w = TensorSource.Of<byte>("w", [1], new byte[1]);
        Assert.Contains("'w'", Assert.Throws<EsmmException>(() => Write([], [w, w])).Message, StringComparison.Ordinal);
        Assert.Contains("'k'", Assert.Throws<EsmmException>(() => Write([new("k", "1"), new("k", "2")], [])).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Metadata_beyond_the_limit_is_refused_with_a_hint() =>
        Assert.Contains("U8 tensor", Assert.Throws<EsmmException>(() => Write([new("k", new string('x', 16_000_000))], [])).Message, StringComparison.Ordinal);

    [Fact]
    public void A_source_that_writes_another_number_of_bytes_is_noticed() =>
        Assert.Contains("3 bytes", Assert.Throws<EsmmException>(() => Write([], [new Short()])).Message, StringComparison.Ordinal);

    private static string Write(KeyValuePair<string, string>[] metadata, TensorSource[] tensors) => SafetensorsWriter.Write(Stream.Null, metadata, tensors);

    private sealed class Short() : TensorSource("short", DType.F32, 1)
    {
        public override void WriteTo(Stream destination) => destination.Write(new byte[3], 0, 3);
    }
}
