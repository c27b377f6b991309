using EsmmLite.Features;
using EsmmLite.Formats.Onnx.Proto;

namespace EsmmLite.Formats.Onnx;

/// <summary>The inputs of an exported graph: one for each id slot and number slot of a feature space.</summary>
internal sealed class OnnxInputs(FeatureSpace space, OnnxGraph graph)
{
    /// <summary>Declares them, in the order of the fields. Fields have the first choice of names, missing indicators the second.</summary>
    internal OnnxInput[] Add()
    {
        string[] names = [.. space.Schema.Fields.Select(f => graph.Reserve(f.Name))];
        List<OnnxInput> inputs = [];
        for (int f = 0; f < names.Length; f++)
        {
            FieldEncoder encoder = space.Encoders[f];
            int slot = space.SlotOf(f);
            if (encoder.Dim > 0)
            {
                inputs.Add(new OnnxInput(names[f], f, true, slot, FormattableString.Invariant($"row of the field's table, 0 to {encoder.Rows - 1}; -1 for a zero vector")));
                continue;
            }

            inputs.Add(new OnnxInput(names[f], f, false, slot, encoder.Field is NumericField { Standardise: true } ? "number after clip, log and standardising; 0 is missing" : "number after clip and log; 0 where missing"));
            if (encoder.NumberWidth == 2)
            {
                inputs.Add(new OnnxInput(graph.Reserve(names[f] + ".missing"), f, false, slot + 1, "1 where the number is missing, 0 where it is not"));
            }
        }

        foreach (OnnxInput input in inputs)
        {
            graph.AddInput(input.Name, input.IsId ? TensorProto.Types.DataType.Int64 : TensorProto.Types.DataType.Float, input.Values);
        }

        return [.. inputs];
    }
}
