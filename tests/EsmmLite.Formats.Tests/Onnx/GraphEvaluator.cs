using System.Runtime.InteropServices;
using EsmmLite.Features;
using EsmmLite.Formats.Onnx;
using EsmmLite.Formats.Onnx.Proto;

namespace EsmmLite.Formats.Tests.Onnx;

/// <summary>Computes an exported graph as the ONNX specification defines its operators, in double and by the shortest code.</summary>
/// <remarks>It knows nothing of EsmmLite's layouts: it takes the nodes as they come.</remarks>
internal sealed class GraphEvaluator
{
    private readonly ModelProto _model;
    private readonly Dictionary<string, Tensor> _values = new(StringComparer.Ordinal);

    private GraphEvaluator(ModelProto model) => _model = model;

    /// <summary>A tensor of rank 1 or 2.</summary>
    private sealed record Tensor(int[] Shape, double[] Data)
    {
        public int Rows => Shape[0];

        public int Columns => Shape.Length == 2 ? Shape[1] : 1;
    }

    /// <summary>The outputs for a batch, each value by output and row.</summary>
    public static Dictionary<string, double[]> Run(ModelProto model, OnnxSignature signature, ImpressionBatch batch)
    {
        GraphEvaluator evaluator = new(model);
        foreach (OnnxInput input in signature.Inputs)
        {
            double[] data = new double[batch.Count];
            for (int r = 0; r < data.Length; r++)
            {
                data[r] = input.IsId ? batch.Ids(input.Slot)[r] : batch.Numbers(input.Slot)[r];
            }

            evaluator.Set(input.Name, new Tensor([batch.Count], data));
        }

        return evaluator.Run(batch.Count);
    }

    private Dictionary<string, double[]> Run(int rows)
    {
        Assert.Equal(_model.Graph.Input.Select(i => i.Name).Order(), _values.Keys.Order());
        foreach (TensorProto weights in _model.Graph.Initializer)
        {
            double[] data = weights.DataType == (int)TensorProto.Types.DataType.Int64
                ? [.. MemoryMarshal.Cast<byte, long>(weights.RawData.Span).ToArray().Select(v => (double)v)]
                : [.. MemoryMarshal.Cast<byte, float>(weights.RawData.Span).ToArray().Select(v => (double)v)];
            Assert.Equal(weights.Dims.Aggregate(1L, (a, b) => a * b), data.Length);
            Set(weights.Name, new Tensor([.. weights.Dims.Select(d => (int)d)], data));
        }

        // A node may use only what stands before it.
        foreach (NodeProto node in _model.Graph.Node)
        {
            Set(Assert.Single(node.Output), Evaluate(node, [.. node.Input.Select(name => _values[name])]));
        }

        Dictionary<string, double[]> results = [];
        foreach (string output in _model.Graph.Output.Select(o => o.Name))
        {
            Assert.Equal([rows], _values[output].Shape);
            results.Add(output, _values[output].Data);
        }

        return results;
    }

    // Adding a second value of a name throws: every name is given once.
    private void Set(string name, Tensor value) => _values.Add(name, value);

    private static Tensor Evaluate(NodeProto node, Tensor[] inputs)
    {
        Tensor x = inputs[0];
        switch (node.OpType)
        {
            case "Gather":
                // Along axis 0; negative indices count from the end.
                return Fill(inputs[1].Rows, x.Columns, (r, c) => x.Data[(Row(inputs[1].Data[r], x.Rows) * x.Columns) + c]);
            case "Concat":
                Assert.Equal(("axis", 1L, AttributeProto.Types.AttributeType.Int), (node.Attribute[0].Name, node.Attribute[0].I, node.Attribute[0].Type));
                (Tensor Part, int Column)[] columns = [.. inputs.SelectMany(part => Enumerable.Range(0, part.Shape[1]).Select(c => (part, c)))];
                return Fill(x.Rows, columns.Length, (r, c) => columns[c].Part.Data[(r * columns[c].Part.Columns) + columns[c].Column]);
            case "Shape":
                return new Tensor([x.Shape.Length], [.. x.Shape.Select(size => (double)size)]);
            case "Expand":
                // Of one value to a vector.
                Assert.Equal((1, 1), (x.Data.Length, inputs[1].Data.Length));
                return new Tensor([(int)inputs[1].Data[0]], [.. Enumerable.Repeat(x.Data[0], (int)inputs[1].Data[0])]);
            case "Unsqueeze":
                Assert.Equal((1, 1.0), (x.Shape.Length, Assert.Single(inputs[1].Data)));
                return new Tensor([x.Rows, 1], x.Data);
            case "Squeeze":
                Assert.Equal((1, 1.0), (x.Shape[1], Assert.Single(inputs[1].Data)));
                return new Tensor([x.Rows], x.Data);
            case "Mul":
                Assert.Equal(x.Shape, inputs[1].Shape);
                return x with { Data = [.. x.Data.Zip(inputs[1].Data, (a, b) => a * b)] };
            case "Gemm":
                Assert.Equal((x.Shape[1], inputs[1].Shape[1]), (inputs[1].Shape[0], inputs[2].Rows));
                return Fill(x.Rows, inputs[1].Columns, (r, c) => inputs[2].Data[c] + Enumerable.Range(0, x.Columns).Sum(k => x.Data[(r * x.Columns) + k] * inputs[1].Data[(k * inputs[1].Columns) + c]));
            case "Relu":
                return x with { Data = [.. x.Data.Select(v => Math.Max(v, 0))] };
            case "Sigmoid":
                return x with { Data = [.. x.Data.Select(v => 1 / (1 + Math.Exp(-v)))] };
            default:
                throw new NotSupportedException(node.OpType);
        }
    }

    private static int Row(double index, int rows)
    {
        Assert.InRange(index, -rows, rows - 1);
        return (int)index + (index < 0 ? rows : 0);
    }

    private static Tensor Fill(int rows, int columns, Func<int, int, double> value) =>
        new([rows, columns], [.. Enumerable.Range(0, rows * columns).Select(i => value(i / columns, i % columns))]);
}
