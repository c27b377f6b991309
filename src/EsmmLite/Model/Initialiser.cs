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

        foreach (TowerTensor kernel in towers.Tensors.Where(t => t.IsKernel))
        {
            SplitMix random = SplitMix.Stream(options.Seed, tensor++);
            float limit = (float)Math.Sqrt(6.0 / (kernel.Shape[0] + kernel.Shape[1]));
            for (int i = 0; i < kernel.Count; i++)
            {
                towers.Parameters[kernel.IndexOf(i)] = Uniform(ref random, limit);
            }
        }
    }

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
