using EsmmLite.Features;
using EsmmLite.Layers;
using EsmmLite.Model;

namespace EsmmLite.Formats.Onnx;

/// <summary>
/// ESMM in ONNX's operators. Every field has a table of its own and every tower a first layer of its own: joint ones were
/// measured in ONNX Runtime and are no faster (docs/onnx.md).
/// </summary>
internal sealed class EsmmGraph
{
    private static readonly string[] Tasks = ["ctr", "cvr"];

    private readonly EsmmModel _model;
    private readonly OnnxGraph _graph;
    private readonly Dictionary<string, TowerTensor> _tensors;
    private readonly OnnxInput[] _columns;
    private readonly string[] _outputs;
    private readonly string _axes;

    internal EsmmGraph(EsmmModel model, OnnxGraph graph)
    {
        _model = model;
        _graph = graph;
        _tensors = model.Towers.Tensors.ToDictionary(t => t.Name, StringComparer.Ordinal);

        // Outputs keep their names whatever the fields are called; fields come next.
        _outputs = [graph.Reserve("pctr"), graph.Reserve("pcvr"), graph.Reserve("pctcvr")];
        var inputs = new OnnxInputs(model.Space.Serving, graph);
        _columns = inputs.Columns;
        OnnxOutput[] outputs =
        [
            new(_outputs[0], "P(click | impression)"),
            new(_outputs[1], "P(conversion | click, impression)"),
            new(_outputs[2], "P(click and conversion | impression)"),
        ];
        foreach (OnnxOutput output in outputs)
        {
            graph.AddOutput(output.Name, output.Values);
        }

        Signature = new OnnxSignature(inputs.Inputs, outputs);
        _axes = graph.AddIntegers("axes", 1);
    }

    private OnnxSignature Signature { get; }

    internal OnnxSignature Build()
    {
        string input = AddBottom();
        int[] layers = [_model.Options.CtrTower.Count + 1, _model.Options.CvrTower.Count + 1];
        for (int t = 0; t < Tasks.Length; t++)
        {
            _graph.AddAs("Squeeze", _outputs[t], AddTower(Tasks[t], layers[t], input), _axes);
        }

        _graph.AddAs("Mul", _outputs[2], _outputs[0], _outputs[1]);
        return Signature;
    }

    /// <summary>Embeddings, numbers and crosses, side by side in the order of the input layout. [batch x width]</summary>
    private string AddBottom()
    {
        InputLayout layout = _model.Bottom.Layout;
        List<(int Column, string Name)> parts = [];
        FeatureSpace space = _model.Space;
        string[] tables = [.. _model.Bottom.Tables.Select(AddTable)];
        string[] embeddings = [.. space.Encoders.Select((encoder, f) => encoder.Dim > 0 ? AddEmbedding(f, tables[space.TableOf(f)]) : "")];
        foreach (OnnxInput number in _columns.Where(i => !i.IsId))
        {
            parts.Add((layout.ColumnOfField(number.Field) + number.Slot - space.SlotOf(number.Field), _graph.Add("Unsqueeze", number.Name + ".column", number.Name, _axes)));
        }

        for (int f = 0; f < space.Encoders.Count; f++)
        {
            if (space.Encoders[f].Dim > 0)
            {
                parts.Add((layout.ColumnOfField(f), embeddings[f]));
            }
        }

        for (int c = 0; c < layout.Crosses.Count; c++)
        {
            Cross cross = space.Schema.Crosses[c];
            (int first, int second) = layout.Crosses[c];
            parts.Add((layout.ColumnOfCross(c), _graph.Add("Mul", cross.First + " x " + cross.Second, embeddings[first], embeddings[second])));
        }

        return _graph.Concatenate("input", parts.OrderBy(p => p.Column).Select(p => p.Name));
    }

    /// <summary>A table with a row of zeros behind it.</summary>
    private string AddTable(EmbeddingTable table) => _graph.AddWeights($"emb.{table.Name}.weight", [table.Rows + 1L, table.Dim], values => table.Values.CopyTo(values));

    /// <summary>
    /// The rows of a table that a field takes. [batch x dim] ONNX counts negative indices from the end, so the id -1 of a missing
    /// value is the row of zeros, and so are the crosses with it.
    /// </summary>
    private string AddEmbedding(int field, string table)
    {
        string ids = _columns.First(i => i.IsId && i.Field == field).Name;
        return _graph.Add("Gather", _model.Space.Schema.Fields[field].Name + ".embedding", table, ids);
    }

    /// <summary>Dense layers with ReLU, and the sigmoid of the last one. [batch x 1]</summary>
    private string AddTower(string task, int layers, string input)
    {
        for (int l = 0; l < layers; l++)
        {
            string layer = $"{task}.dense{l}";
            string sum = _graph.Add("Gemm", layer, input, AddTensor(layer + ".kernel"), AddTensor(layer + ".bias"));
            input = l == layers - 1 ? _graph.Add("Sigmoid", task + ".sigmoid", sum) : _graph.Add("Relu", layer + ".relu", sum);
        }

        return input;
    }

    private string AddTensor(string name)
    {
        TowerTensor tensor = _tensors[name];
        return _graph.AddWeights(name, [.. tensor.Shape.Select(d => (long)d)], values =>
        {
            ReadOnlySpan<float> parameters = _model.Towers.Parameters;
            for (int i = 0; i < values.Length; i++)
            {
                values[i] = parameters[tensor.IndexOf(i)];
            }
        });
    }
}
