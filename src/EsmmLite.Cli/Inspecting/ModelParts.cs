using System.Globalization;
using EsmmLite.Layers;
using EsmmLite.Model;

namespace EsmmLite.Cli.Inspecting;

/// <summary>A table or a tower of a model.</summary>
internal sealed record ModelPart(string Name, string Shape, long Parameters);

/// <summary>The parts of a model whose parameters are counted.</summary>
internal static class ModelParts
{
    public static IEnumerable<ModelPart> Of(EsmmModel model)
    {
        foreach (EmbeddingTable table in model.Bottom.Tables)
        {
            yield return new ModelPart("table " + table.Name, FormattableString.Invariant($"{table.Rows} x {table.Dim}"), (long)table.Rows * table.Dim);
        }

        // Tensors are named after their tower, ctr.dense0.kernel, or after the sequence whose actions they weigh, attention.history.dense0.kernel.
        foreach (IGrouping<string, TowerTensor> tower in model.Towers.Tensors.GroupBy(tensor => IsAttention(tensor) ? tensor.Name[..tensor.Name.LastIndexOf(".dense", StringComparison.Ordinal)] : "tower " + tensor.Name.Split('.')[0]))
        {
            TowerTensor[] kernels = [.. tower.Where(tensor => tensor.IsKernel)];
            string shape = string.Join(" - ", kernels.Select(kernel => kernel.Shape[0]).Append(kernels[^1].Shape[1]).Select(size => size.ToString(CultureInfo.InvariantCulture)));
            yield return new ModelPart(tower.Key, shape, tower.Sum(tensor => (long)tensor.Count));
        }
    }

    private static bool IsAttention(TowerTensor tensor) => tensor.Name.StartsWith("attention.", StringComparison.Ordinal);
}
