using System.Runtime.InteropServices;
using EsmmLite.Formats.Onnx.Proto;
using Google.Protobuf;

namespace EsmmLite.Formats.Onnx;

/// <summary>Fills the elements of a tensor, row by row.</summary>
internal delegate void FillTensor(Span<float> values);

/// <summary>
/// An ONNX graph under construction. Inputs, outputs, weights and results of nodes share one set of names. Weights are filled in
/// last, so that the size of the file is known before memory is taken for them.
/// </summary>
internal sealed class OnnxGraph(string name)
{
    // The tag of raw_data and its length, and what a longer content adds to the lengths of tensor and graph around it.
    private const int MostLengthBytes = 16;

    private readonly HashSet<string> _names = new(StringComparer.Ordinal);
    private readonly List<(TensorProto Tensor, long Elements, FillTensor Fill)> _weights = [];

    internal GraphProto Message { get; } = new() { Name = name };

    /// <summary>What the weights will add to the size of the file, at the most.</summary>
    internal long WeightBytes => _weights.Sum(w => (w.Elements * sizeof(float)) + MostLengthBytes);

    /// <summary>Takes a name, with underscores behind it if it is taken already.</summary>
    internal string Reserve(string wanted)
    {
        while (!_names.Add(wanted))
        {
            wanted += "_";
        }

        return wanted;
    }

    /// <summary>Declares an input. [batch]</summary>
    internal void AddInput(string reserved, TensorProto.Types.DataType type, string description) => Message.Input.Add(BatchOf(reserved, type, description));

    /// <summary>Declares an output. FLOAT [batch]</summary>
    internal void AddOutput(string reserved, string description) => Message.Output.Add(BatchOf(reserved, TensorProto.Types.DataType.Float, description));

    /// <summary>Adds weights, to be filled by <see cref="FillWeights"/>.</summary>
    internal string AddWeights(string wanted, ReadOnlySpan<long> dims, FillTensor fill)
    {
        TensorProto tensor = new() { Name = Reserve(wanted), DataType = (int)TensorProto.Types.DataType.Float };
        long elements = 1;
        foreach (long dim in dims)
        {
            tensor.Dims.Add(dim);
            elements *= dim;
        }

        Message.Initializer.Add(tensor);
        _weights.Add((tensor, elements, fill));
        return tensor.Name;
    }

    /// <summary>Adds a list of integers.</summary>
    internal string AddIntegers(string wanted, params long[] values)
    {
        TensorProto tensor = new() { Name = Reserve(wanted), DataType = (int)TensorProto.Types.DataType.Int64, RawData = ByteString.CopyFrom(MemoryMarshal.AsBytes<long>(values)) };
        tensor.Dims.Add(values.Length);
        Message.Initializer.Add(tensor);
        return tensor.Name;
    }

    /// <summary>Adds a node whose result has a name of its own.</summary>
    internal string Add(string op, string wanted, params IEnumerable<string> inputs)
    {
        string result = Reserve(wanted);
        AddAs(op, result, inputs);
        return result;
    }

    /// <summary>Adds a node whose result has a name that is reserved already, such as an output's.</summary>
    internal NodeProto AddAs(string op, string reserved, params IEnumerable<string> inputs)
    {
        NodeProto node = new() { OpType = op, Name = reserved, Input = { inputs }, Output = { reserved } };
        Message.Node.Add(node);
        return node;
    }

    /// <summary>Adds a node that puts tensors side by side.</summary>
    internal string Concatenate(string wanted, IEnumerable<string> inputs)
    {
        NodeProto node = AddAs("Concat", Reserve(wanted), inputs);
        node.Attribute.Add(new AttributeProto { Name = "axis", Type = AttributeProto.Types.AttributeType.Int, I = 1 });
        return node.Name;
    }

    /// <summary>Puts the elements into all weights.</summary>
    internal void FillWeights()
    {
        foreach ((TensorProto tensor, long elements, FillTensor fill) in _weights)
        {
            byte[] bytes = new byte[checked(elements * sizeof(float))];
            fill(MemoryMarshal.Cast<byte, float>(bytes.AsSpan()));
            tensor.RawData = UnsafeByteOperations.UnsafeWrap(bytes);
        }
    }

    private static ValueInfoProto BatchOf(string name, TensorProto.Types.DataType type, string description) => new()
    {
        Name = name,
        DocString = description,
        Type = new TypeProto
        {
            TensorType = new TypeProto.Types.Tensor
            {
                ElemType = (int)type,
                Shape = new TensorShapeProto { Dim = { new TensorShapeProto.Types.Dimension { DimParam = "batch" } } },
            },
        },
    };
}
