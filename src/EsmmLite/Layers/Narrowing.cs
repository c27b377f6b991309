using System.Globalization;

namespace EsmmLite.Layers;

/// <summary>Weights as brain floats, for scoring: half the memory (docs/numerics.md, section 9).</summary>
internal static class Narrowing
{
    /// <summary>The refusal of a weight that no brain float stands for.</summary>
    internal static EsmmException NotFinite(string tensor, int row, int column, float value) => new(
        EsmmErrorKind.Usage,
        string.Create(CultureInfo.InvariantCulture, $"the weight is {value}, beyond the largest bfloat16"),
        string.Create(CultureInfo.InvariantCulture, $"tensor '{tensor}' [{row}, {column}]"),
        "a finite value that rounds to 3.3895314E+38 or less in magnitude",
        "Score this model with float32 weights.");
}
