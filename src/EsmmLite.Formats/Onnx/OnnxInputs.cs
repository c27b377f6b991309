using EsmmLite.Features;
using EsmmLite.Formats.Onnx.Proto;

namespace EsmmLite.Formats.Onnx;

/// <summary>
/// The columns that an exported graph is made of: one for each id slot and number slot of a feature space. All are inputs but those of
/// fields that are fixed when serving, which are constants of the graph.
/// </summary>
internal sealed class OnnxInputs
{
    private readonly FeatureSpace _space;
    private readonly OnnxGraph _graph;

    /// <summary>Declares them, in the order of the fields. Fields have the first choice of names, missing indicators the second.</summary>
    /// <param name="space">The feature space that scoring encodes with.</param>
    /// <param name="graph">The graph.</param>
    internal OnnxInputs(FeatureSpace space, OnnxGraph graph)
    {
        (_space, _graph) = (space, graph);
        string[] names = [.. space.Schema.Fields.Select(f => graph.Reserve(f.Name))];
        Columns = [.. names.SelectMany((name, field) => ColumnsOf(field, name))];
        Inputs = [.. Columns.Where(column => !space.IsFixed(column.Field))];
        foreach (OnnxInput input in Inputs)
        {
            graph.AddInput(input.Name, input.IsId ? TensorProto.Types.DataType.Int64 : TensorProto.Types.DataType.Float, input.Values);
        }

        AddConstants();
    }

    /// <summary>All columns; the name is that of a tensor of shape [batch].</summary>
    internal OnnxInput[] Columns { get; }

    /// <summary>Those that are inputs.</summary>
    internal OnnxInput[] Inputs { get; }

    private IEnumerable<OnnxInput> ColumnsOf(int field, string name)
    {
        FieldEncoder encoder = _space.Encoders[field];
        int slot = _space.SlotOf(field);
        if (encoder.Dim > 0)
        {
            yield return new OnnxInput(name, field, true, slot, FormattableString.Invariant($"row 0 to {encoder.Rows - 1} of its table; -1 for a zero vector"));
            yield break;
        }

        if (encoder.Field is NumericField { Input: false })
        {
            yield break;
        }

        yield return new OnnxInput(name, field, false, slot, encoder.Field is NumericField { Standardise: true } ? "after clip, log, standardising; 0 where missing" : "after clip and log; 0 where missing");
        if (encoder.NumberWidth == 2)
        {
            yield return new OnnxInput(_graph.Reserve(name + ".missing"), field, false, slot + 1, "1 where missing, 0 where not");
        }
    }

    /// <summary>One value, repeated as often as an input is long.</summary>
    private void AddConstants()
    {
        OnnxInput[] constants = [.. Columns.Except(Inputs)];
        if (constants.Length == 0)
        {
            return;
        }

        ImpressionBatch one = _space.CreateBatch(1);
        _space.AddImpression(one);
        string shape = _graph.Add("Shape", "batch.shape", Inputs[0].Name);
        foreach (OnnxInput column in constants)
        {
            string value = column.Name + ".served";
            value = column.IsId
                ? _graph.AddIntegers(value, one.Ids(column.Slot)[0])
                : _graph.AddWeights(value, [1], values => values[0] = one.Numbers(column.Slot)[0]);
            _graph.AddAs("Expand", column.Name, value, shape);
        }
    }
}
