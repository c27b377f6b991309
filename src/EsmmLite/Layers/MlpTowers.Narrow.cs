namespace EsmmLite.Layers;

// Towers for scoring whose kernels are brain floats (docs/numerics.md, section 9). The same layers run forward; only where they
// read a kernel's values do they widen them. Biases, the logit layer and activation units, which are few, stay floats.
public sealed partial class MlpTowers
{
    internal override Towers Narrow()
    {
        IReadOnlyList<int>[] hidden = [.. _towers.Select(t => t.Logit is null ? [] : t.Dense.Select(l => l.Outputs).ToArray())];
        MlpTowers narrow = new(_towers[0].Dense[0].Inputs, [.. _towers.Select(t => t.Name)], hidden, Units?.Plans ?? [], _scored, brain: true);
        for (int t = 0; t < _towers.Length; t++)
        {
            MlpTower from = _towers[t], to = narrow._towers[t];
            for (int l = 0; l < from.Dense.Length; l++)
            {
                to.Dense[l].NarrowFrom(from.Dense[l], Parameters, narrow.Parameters);
            }

            if (from.Logit is { } logit)
            {
                Parameters[logit.KernelOffset..logit.End].CopyTo(narrow.Parameters[to.Logit!.KernelOffset..]);
            }
        }

        if (Units is not null)
        {
            Parameters[Units.Begin..Units.End].CopyTo(narrow.Parameters[narrow.Units!.Begin..]);
        }

        return narrow;
    }
}
