using EsmmLite.Kernels;
using EsmmLite.Layers;

namespace EsmmLite.Model;

/// <summary>Initial weights: every tensor draws from a stream of its own, so that adding one does not change the others' draws.</summary>
internal static class Initialiser
{
    internal static void Run(Bottom bottom, Towers towers, ModelOptions options)
    {
        ulong tensor = 0;
        foreach (EmbeddingTable table in bottom.Tables)
        {
            SplitMix random = SplitMix.Stream(options.Seed, tensor++);
            double sigma = 1 / Math.Sqrt(table.Dim);
            foreach (ref float weight in table.Values)
            {
                weight = options.EmbeddingInitialiser == EmbeddingInitialiser.Uniform ? Uniform(ref random, (float)sigma) : (float)(sigma * TruncatedGaussian(ref random));
            }
        }

        TowerTensor?[] first = bottom.Layout.HasPrivate ? [.. Enumerable.Range(0, towers.Tasks).Select(towers.FirstKernel)] : [];
        foreach (TowerTensor kernel in towers.Tensors.Where(t => t.IsKernel))
        {
            SplitMix random = SplitMix.Stream(options.Seed, tensor++);
            bool[] read = RowsRead(bottom.Layout, kernel, Array.IndexOf(first, kernel));
            float limit = (float)Math.Sqrt(6.0 / (read.Count(r => r) + kernel.Shape[1]));
            for (int i = 0; i < kernel.Count; i++)
            {
                float weight = Uniform(ref random, limit);
                towers.Parameters[kernel.IndexOf(i)] = read[i / kernel.Shape[1]] ? weight : 0;
            }
        }
    }

    /// <summary>The rows of a kernel that take part: all, but for columns of the input that its task doesn't read.</summary>
    private static bool[] RowsRead(InputLayout layout, TowerTensor kernel, int task) => [.. Enumerable.Range(0, kernel.Shape[0]).Select(row => task < 0 || layout.Reads(task, row))];

    private static float Uniform(ref SplitMix random, float limit) => ((2f * random.NextSingle()) - 1f) * limit;

    private static double TruncatedGaussian(ref SplitMix random)
    {
        double z;
        do
        {
            z = random.NextGaussian();
        }
        while (Math.Abs(z) > 2);
        return z;
    }
}
