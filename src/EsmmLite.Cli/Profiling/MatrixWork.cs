using System.Globalization;
using EsmmLite.Diagnostics;
using EsmmLite.Layers;
using EsmmLite.Model;

namespace EsmmLite.Cli.Profiling;

/// <summary>The matrix products of one layer.</summary>
/// <param name="Layer">The layer, as <see cref="StepClock"/> calls it.</param>
/// <param name="Shape">Inputs and outputs.</param>
/// <param name="FlopsPerImpression">Operations of one pass over one impression, two a multiply-add of the model as it is written down.</param>
internal sealed record MatrixWork(string Layer, string Shape, double FlopsPerImpression)
{
    private const string Kernel = ".kernel";

    /// <summary>The passes that a layer's products are formed in, each of the same size.</summary>
    public static IReadOnlyList<StepPass> Passes { get; } = [StepPass.Forward, StepPass.BackwardInput, StepPass.BackwardWeight];

    // An activation unit's products are formed for each action, not for each impression: they are not among these.
    public static IReadOnlyList<MatrixWork> Of(EsmmModel model) =>
        [.. model.Towers.Tensors.Where(t => t.IsKernel && t.Name.EndsWith(Kernel, StringComparison.Ordinal) && !t.Name.StartsWith("attention.", StringComparison.Ordinal)).Select(Of)];

    private static MatrixWork Of(TowerTensor kernel) => new(
        kernel.Name[..^Kernel.Length],
        string.Create(CultureInfo.InvariantCulture, $"{kernel.Shape[0]} - {kernel.Shape[1]}"),
        2.0 * kernel.Shape[0] * kernel.Shape[1]);
}
