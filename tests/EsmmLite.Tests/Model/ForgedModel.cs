using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Text;
using EsmmLite.Persistence;
using EsmmLite.Tests.Persistence;

namespace EsmmLite.Tests.Model;

/// <summary>A model file taken apart, to be put together again wrongly, but with the right checksum.</summary>
internal sealed class ForgedModel
{
    private readonly List<KeyValuePair<string, string>> _metadata;
    private readonly List<Raw> _tensors;

    private ForgedModel(List<KeyValuePair<string, string>> metadata, List<Raw> tensors) => (_metadata, _tensors) = (metadata, tensors);

    /// <summary>Takes a file apart.</summary>
    public static ForgedModel Of(string path)
    {
        byte[] bytes = File.ReadAllBytes(path);
        using TensorFile file = TensorFile.Open(path);
        return new([.. file.Metadata], [.. file.Tensors.Select(t => new Raw(t.Name, t.Type!.Value, [.. t.Shape], bytes[(int)t.Offset..(int)(t.Offset + t.ByteLength)]))]);
    }

    /// <summary>The texts of the metadata.</summary>
    public IReadOnlyList<KeyValuePair<string, string>> Metadata => _metadata;

    /// <summary>The same with another text.</summary>
    public ForgedModel With(string key, string text) => new([.. _metadata.Select(m => m.Key == key ? new(key, text) : m)], _tensors);

    /// <summary>The same without a text.</summary>
    public ForgedModel Without(string key) => new([.. _metadata.Where(m => m.Key != key)], _tensors);

    /// <summary>The same with a text changed.</summary>
    public ForgedModel With(string key, Func<string, string> change) => With(key, change(_metadata.First(m => m.Key == key).Value));

    /// <summary>The same with other bytes, type or shape of one tensor.</summary>
    public ForgedModel With(TensorSource tensor) => new(_metadata, [.. _tensors.Select(t => t.Name == tensor.Name ? Raw.Of(tensor) : t)]);

    /// <summary>The file.</summary>
    public byte[] Bytes()
    {
        using var stream = new MemoryStream();
        SafetensorsWriter.Write(stream, _metadata, _tensors);
        return stream.ToArray();
    }

    /// <summary>A file that is wrong somewhere behind the checksum, or only another model.</summary>
    public byte[] Mutant(byte[] good, byte[] other, Random random) => random.Next(8) switch
    {
        0 or 1 or 2 => MutateMetadata(random).Bytes(),
        3 => Sealed(Encoding.UTF8.GetBytes(Mutator.Json(HeaderOf(good), random)), good[(8 + BitConverter.ToInt32(good))..^32]),
        4 or 5 => MutateTensor(random).Bytes(),
        6 => MutateList(random).Bytes(),
        _ => Sealed(Mutator.Bytes(good[..^32], other[..^32], random)),
    };

    private static string HeaderOf(byte[] good) => Encoding.UTF8.GetString(good, 8, BitConverter.ToInt32(good)).TrimEnd(' ');

    private static byte[] Sealed(byte[] header, byte[] payload) => Sealed([.. BitConverter.GetBytes((long)header.Length), .. header, .. payload]);

    private static byte[] Sealed(byte[] start) => [.. start, .. SHA256.HashData(start)];

    private ForgedModel MutateMetadata(Random random)
    {
        (string key, string text) = random.Next(3) > 0 ? _metadata.First(m => m.Key == "schema") : _metadata[random.Next(_metadata.Count)];
        if (random.Next(10) == 0)
        {
            return new([.. _metadata.Where(m => m.Key != key)], _tensors);
        }

        return With(key, Mutator.Json(text, random));
    }

    private ForgedModel MutateTensor(Random random)
    {
        Raw tensor = _tensors[random.Next(_tensors.Count)];
        byte[] bytes = [.. tensor.Bytes];
        if (tensor.Type == DType.F32)
        {
            float[] values = [float.NaN, float.PositiveInfinity, float.NegativeInfinity, float.MaxValue, -float.MaxValue, float.Epsilon, -0f, 1e30f, BitConverter.Int32BitsToSingle(random.Next())];
            MemoryMarshal.Cast<byte, float>(bytes.AsSpan())[random.Next(bytes.Length / 4)] = values[random.Next(values.Length)];
        }
        else if (tensor.Type == DType.I64)
        {
            long[] values = [-1, 0, 1, long.MinValue, long.MaxValue, int.MaxValue, random.Next(50)];
            MemoryMarshal.Cast<byte, long>(bytes.AsSpan())[random.Next(bytes.Length / 8)] = values[random.Next(values.Length)];
        }
        else
        {
            bytes[random.Next(bytes.Length)] = (byte)random.Next(256);
        }

        return With(new Raw(tensor.Name, tensor.Type, tensor.Shape, bytes));
    }

    private ForgedModel MutateList(Random random)
    {
        int at = random.Next(_tensors.Count);
        Raw tensor = _tensors[at], another = _tensors[random.Next(_tensors.Count)];
        List<Raw> tensors = [.. _tensors];
        switch (random.Next(7))
        {
            case 0:
                tensors.RemoveAt(at);
                break;
            case 1:
                tensors[at] = new Raw("x." + tensor.Name, tensor.Type, tensor.Shape, tensor.Bytes);
                break;
            case 2:
                tensors.Insert(at, new Raw(random.Next(2) == 0 ? "x.more" : "more", tensor.Type, tensor.Shape, tensor.Bytes));
                break;
            case 3:
                tensors[at] = new Raw(tensor.Name, another.Type, another.Shape, another.Bytes);
                break;
            case 4:
                tensors[at] = new Raw(tensor.Name, DType.U8, [tensor.Bytes.Length], tensor.Bytes);
                break;
            case 5:
                tensors[at] = new Raw(tensor.Name, tensor.Type, [.. tensor.Shape.Reverse()], tensor.Bytes);
                break;
            default:
                tensors[at] = new Raw(tensor.Name, tensor.Type, [.. tensor.Shape, 1], tensor.Bytes);
                break;
        }

        return new(_metadata, tensors);
    }

    private sealed class Raw(string name, DType type, long[] shape, byte[] bytes) : TensorSource(name, type, shape)
    {
        public byte[] Bytes { get; } = bytes;

        public new long[] Shape { get; } = shape;

        public static Raw Of(TensorSource source)
        {
            using var stream = new MemoryStream();
            source.WriteTo(stream);
            return source as Raw ?? new Raw(source.Name, source.Type, [.. source.Shape], stream.ToArray());
        }

        public override void WriteTo(Stream destination) => destination.Write(Bytes);
    }
}
