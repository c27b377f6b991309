using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;
using EsmmLite.Persistence;

namespace EsmmLite.Tests.Persistence;

/// <summary>A directory for the files of one test class, and small files to put there.</summary>
public sealed class TinyFile : IDisposable
{
    public static readonly float[] Weights = [1, -2.5f, 3.25f, 0, 1e-30f, -0f];

    public string Directory { get; } = System.IO.Directory.CreateTempSubdirectory("esmmlite-").FullName;

    public string Path => System.IO.Path.Combine(Directory, "tiny.safetensors");

    public static KeyValuePair<string, string>[] Metadata => [new("format", "esmmlite"), new("note", "a \"quoted\" \\ caf\u00e9\n")];

    public static TensorSource[] Tensors =>
    [
        TensorSource.Of<float>("emb.a.weight", [3, 2], Weights),
        TensorSource.Of<double>("x.moments", [2], new double[] { 0.1, -7 }),
        TensorSource.Of<long>("cursor", [], new long[] { long.MinValue }),
        TensorSource.Of<byte>("empty", [0, 4], ReadOnlyMemory<byte>.Empty),
    ];

    public static byte[] Bytes()
    {
        using var stream = new MemoryStream();
        SafetensorsWriter.Write(stream, Metadata, Tensors);
        return stream.ToArray();
    }

    /// <summary>A file with any header and payload whose checksum is right: only the other checks can refuse it.</summary>
    public static byte[] Sealed(string header, int payloadBytes) => Sealed(Encoding.UTF8.GetBytes(header), payloadBytes);

    public static byte[] Sealed(byte[] header, int payloadBytes)
    {
        byte[] start = new byte[8 + header.Length + payloadBytes];
        BinaryPrimitives.WriteInt64LittleEndian(start, header.Length);
        header.CopyTo(start, 8);
        return [.. start, .. SHA256.HashData(start)];
    }

    public TensorFile Open(byte[] bytes)
    {
        File.WriteAllBytes(Path, bytes);
        return TensorFile.Open(Path);
    }

    /// <summary>Requires that the bytes are refused, in the one way that is allowed.</summary>
    public EsmmException Refuse(byte[] bytes)
    {
        File.WriteAllBytes(Path, bytes);
        var e = Assert.Throws<EsmmException>(() => TensorFile.Open(Path));
        Assert.Equal(EsmmErrorKind.ModelFile, e.Kind);
        Assert.StartsWith(Path + ", byte ", e.Where, StringComparison.Ordinal);
        return e;
    }

    public void Dispose() => System.IO.Directory.Delete(Directory, recursive: true);
}
