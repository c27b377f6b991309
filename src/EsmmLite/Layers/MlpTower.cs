namespace EsmmLite.Layers;

/// <summary>The layers of one tower: hidden sizes with ReLU, then one logit. Without hidden layers it is a logistic regression.</summary>
internal sealed class MlpTower
{
    internal MlpTower(string name, int inputs, IReadOnlyList<int> hidden, int offset, bool brain)
    {
        Name = name;
        List<DenseLayer> dense = [];
        int width = inputs;
        foreach (int outputs in hidden)
        {
            dense.Add(new DenseLayer($"{name}.dense{dense.Count}", width, outputs, offset, brain));
            (width, offset) = (outputs, dense[^1].End);
        }

        if (hidden.Count == 0)
        {
            // The first layer is a sum of parts even if it is the last.
            dense.Add(new DenseLayer($"{name}.dense0", width, 1, offset, brain));
            offset = dense[^1].End;
        }
        else
        {
            Logit = new LogitLayer($"{name}.dense{dense.Count}", width, offset);
            offset = Logit.End;
        }

        Dense = [.. dense];
        End = offset;
    }

    /// <summary>Names and shapes of a tower's tensors, known before there is memory for them.</summary>
    internal static IEnumerable<(string Name, int[] Shape)> Shapes(string name, int inputs, IReadOnlyList<int> hidden)
    {
        int width = inputs;
        for (int layer = 0; layer <= hidden.Count; layer++)
        {
            int outputs = layer < hidden.Count ? hidden[layer] : 1;
            yield return ($"{name}.dense{layer}.kernel", [width, outputs]);
            yield return ($"{name}.dense{layer}.bias", [outputs]);
            width = outputs;
        }
    }

    internal string Name { get; }

    internal DenseLayer[] Dense { get; }

    /// <summary>Null for a tower without hidden layers.</summary>
    internal LogitLayer? Logit { get; }

    internal int End { get; }

    internal IEnumerable<TowerTensor> Tensors()
    {
        foreach (DenseLayer layer in Dense)
        {
            yield return new TowerTensor(layer.Name + ".kernel", [layer.Inputs, layer.Outputs], i => layer.KernelIndex(i / layer.Outputs, i % layer.Outputs));
            yield return new TowerTensor(layer.Name + ".bias", [layer.Outputs], layer.BiasIndex);
        }

        if (Logit is { } logit)
        {
            yield return new TowerTensor(logit.Name + ".kernel", [logit.Inputs, 1], i => logit.KernelOffset + i);
            yield return new TowerTensor(logit.Name + ".bias", [1], i => logit.BiasOffset);
        }
    }
}
