using System.Text;
using EsmmLite.Persistence;

namespace EsmmLite.Tests.Persistence;

public sealed class RoundTripTests : IDisposable
{
    private readonly TinyFile _tiny = new();

    public void Dispose() => _tiny.Dispose();

    [Fact]
    public void Everything_comes_back()
    {
        string digest = SafetensorsWriter.Save(_tiny.Path, TinyFile.Metadata, TinyFile.Tensors);
        using TensorFile file = TensorFile.Open(_tiny.Path);
        Assert.Equal(digest, file.Digest);
        Assert.Equal(TinyFile.Metadata, file.Metadata);
        Assert.Equal(["emb.a.weight", "x.moments", "cursor", "empty"], file.Tensors.Select(t => t.Name));
        Assert.Equal([3, 2], file.Info("emb.a.weight").Shape);
        Assert.Equal(DType.I64, file.Info("cursor").Type);
        Assert.Equal(0, file.Info("emb.a.weight").Offset % 64);
        Assert.True(file.Info("x.moments").IsExtension);
        Assert.Equal(TinyFile.Weights.Select(BitConverter.SingleToInt32Bits), file.Read<float>("emb.a.weight").Select(BitConverter.SingleToInt32Bits));
        Assert.Equal([0.1, -7], file.Read<double>("x.moments"));
        Assert.Equal([long.MinValue], file.Read<long>("cursor"));
        Assert.Empty(file.Read<byte>("empty"));
        Assert.True(file.Contains("cursor"));
        Assert.False(file.Contains("~sha256"));
    }

    [Fact]
    public void The_bytes_are_pinned()
    {
        using var stream = new MemoryStream();
        string digest = SafetensorsWriter.Write(stream, [new("k", "v\u0001")], [TensorSource.Of<float>("w", [1, 2], new float[] { 1, -2 })]);
        byte[] bytes = stream.ToArray();
        string header = "{\"__metadata__\":{\"k\":\"v\\u0001\"},\"w\":{\"dtype\":\"F32\",\"shape\":[1,2],\"data_offsets\":[0,8]},"
            + "\"~sha256\":{\"dtype\":\"U8\",\"shape\":[32],\"data_offsets\":[8,40]}}";
        Assert.Equal("B800000000000000", Convert.ToHexString(bytes.AsSpan(0, 8)));
        Assert.Equal(header.PadRight(184), Encoding.UTF8.GetString(bytes, 8, 184));
        Assert.Equal("0000803F000000C0", Convert.ToHexString(bytes.AsSpan(192, 8)));
        Assert.Equal(digest, Convert.ToHexStringLower(bytes.AsSpan(200)));
        Assert.Equal("83bd4ef640297d9ff71bd0ee029aa7315033b29efa046063eb0b1dcc8a0bdfcb", digest);
    }

    [Fact]
    public void Equal_input_gives_equal_bytes() => Assert.Equal(TinyFile.Bytes(), TinyFile.Bytes());

    [Fact]
    public void Tensors_pass_in_blocks_of_any_size()
    {
        float[] all = [.. Enumerable.Range(0, 300_000).Select(i => i * 0.5f)];
        var memory = all.AsMemory();
        SafetensorsWriter.Save(_tiny.Path, [], [TensorSource.Of<float>("w", [all.Length], memory[..7], memory[7..200_000], memory[200_000..])]);
        using TensorFile file = TensorFile.Open(_tiny.Path);
        float[] back = new float[all.Length];
        file.ReadBlocks("w", [back.AsMemory(0, 150_001), back.AsMemory(150_001)]);
        Assert.Equal(all, back);
        Assert.Equal(all, file.Read<float>("w"));
    }

    [Fact]
    public void Values_that_are_not_finite_are_refused_by_name_unless_allowed()
    {
        float[] bad = [1, 2, float.NaN, float.PositiveInfinity];
        SafetensorsWriter.Save(_tiny.Path, [], [TensorSource.Of<float>("ctr.dense0.bias", [4], bad), TensorSource.Of<double>("d", [1], new[] { double.NegativeInfinity })]);
        using TensorFile file = TensorFile.Open(_tiny.Path);
        var e = Assert.Throws<EsmmException>(() => file.Read<float>("ctr.dense0.bias"));
        Assert.Contains("tensor 'ctr.dense0.bias', element 2", e.Message, StringComparison.Ordinal);
        e = Assert.Throws<EsmmException>(() => file.ReadBlocks<float>("ctr.dense0.bias", [new float[1], new float[3]]));
        Assert.Contains("element 2", e.Message, StringComparison.Ordinal);
        Assert.Throws<EsmmException>(() => file.Read<double>("d"));
        Assert.Equal(bad, file.Read<float>("ctr.dense0.bias", requireFinite: false));
    }

    [Fact]
    public void Wrong_types_sizes_and_names_are_refused()
    {
        using TensorFile file = _tiny.Open(TinyFile.Bytes());
        Assert.Equal(EsmmErrorKind.Usage, Assert.Throws<EsmmException>(() => file.ReadInto("cursor", new double[1])).Kind);
        Assert.Equal(EsmmErrorKind.Usage, Assert.Throws<EsmmException>(() => file.ReadInto("cursor", new long[2])).Kind);
        Assert.Equal(EsmmErrorKind.Usage, Assert.Throws<EsmmException>(() => file.ReadInto("cursor", new int[1])).Kind);
        Assert.Equal(EsmmErrorKind.ModelFile, Assert.Throws<EsmmException>(() => file.Read<long>("absent")).Kind);
    }

    [Fact]
    public void A_file_that_changes_while_it_is_open_is_noticed()
    {
        byte[] bytes = TinyFile.Bytes();
        using TensorFile file = _tiny.Open(bytes);
        int at = (int)file.Info("emb.a.weight").Offset;
        using (var other = new FileStream(_tiny.Path, FileMode.Open, FileAccess.Write, FileShare.ReadWrite))
        {
            other.Position = at;
            other.WriteByte((byte)(bytes[at] ^ 1));
            other.Flush();
            Assert.Contains("changed", Assert.Throws<EsmmException>(() => file.Read<float>("emb.a.weight")).Message, StringComparison.Ordinal);
            Assert.Equal([long.MinValue], file.Read<long>("cursor"));
            other.SetLength(at);
        }

        Assert.Contains("shorter", Assert.Throws<EsmmException>(() => file.Read<long>("cursor")).Message, StringComparison.Ordinal);
    }
}
