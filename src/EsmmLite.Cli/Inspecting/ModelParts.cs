using EsmmLite.Features;
using EsmmLite.Model;

namespace EsmmLite.Cli.Inspecting;

/// <summary>A table or a tower of a model.</summary>
internal sealed record ModelPart(string Name, string Shape, long Parameters);

/// <summary>The parts of a model whose parameters are counted.</summary>
internal static class ModelParts
{
    public static IEnumerable<ModelPart> Of(EsmmModel model)
    {
        FeatureSpace space = model.Space;
        foreach (FieldEncoder encoder in space.Encoders.Where(encoder => encoder.Dim > 0))
        {
            yield return new ModelPart("table " + encoder.Field.Name, FormattableString.Invariant($"{encoder.Rows} x {encoder.Dim}"), (long)encoder.Rows * encoder.Dim);
        }
    }
}
