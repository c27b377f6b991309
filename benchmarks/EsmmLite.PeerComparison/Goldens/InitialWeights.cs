namespace EsmmLite.PeerComparison.Goldens;

/// <summary>The tensors of a golden model before training, as floats.</summary>
internal static class InitialWeights
{
    /// <summary>Draws every tensor, in the order of the file.</summary>
    /// <remarks>Biases are not zero as they would be in practice: a forgotten bias must show.</remarks>
    public static IReadOnlyList<NamedTensor> Draw(GoldenSpec spec, SeededDraw draw)
    {
        List<NamedTensor> tensors = [];
        foreach (GoldenField field in spec.Categorical)
        {
            tensors.Add(new(TensorNames.Embedding(field.Name), [field.Rows, field.Dim], draw.Uniform(field.Rows * field.Dim, 0.5)));
        }

        int inputs = InputLayout.Of(spec).Sum(part => part.Width);
        AddTower("ctr", spec.CtrTower);
        AddTower("cvr", spec.CvrTower);
        return tensors;

        void AddTower(string tower, IReadOnlyList<int> hidden)
        {
            int[] sizes = [inputs, .. hidden, 1];
            for (int layer = 0; layer + 1 < sizes.Length; layer++)
            {
                int fanIn = sizes[layer], fanOut = sizes[layer + 1];
                double limit = Math.Sqrt(6.0 / (fanIn + fanOut));
                tensors.Add(new(TensorNames.Kernel(tower, layer), [fanIn, fanOut], draw.Uniform(fanIn * fanOut, limit)));
                tensors.Add(new(TensorNames.Bias(tower, layer), [fanOut], draw.Uniform(fanOut, 0.1)));
            }
        }
    }
}

/// <summary>A tensor's name, shape and values in row-major order; kernels are [in, out].</summary>
internal sealed record NamedTensor(string Name, int[] Shape, float[] Values);

/// <summary>How tensors are called in the golden files: as in the engine's model files.</summary>
internal static class TensorNames
{
    /// <summary>The embedding table of a field.</summary>
    public static string Embedding(string field) => $"emb.{field}.weight";

    /// <summary>The kernel of a layer; the last layer is the one with the logit.</summary>
    public static string Kernel(string tower, int layer) => $"{tower}.dense{layer}.kernel";

    /// <summary>The bias of a layer.</summary>
    public static string Bias(string tower, int layer) => $"{tower}.dense{layer}.bias";
}
