namespace EsmmLite.Layers;

/// <content>Looking inside.</content>
public sealed partial class MlpTowers
{
    internal override IEnumerable<LayerOutput> Outputs(TowerWorkspace workspace, int row)
    {
        MlpWorkspace memory = (MlpWorkspace)workspace;
        List<LayerOutput> outputs = [];
        for (int t = 0; t < memory.Towers; t++)
        {
            MlpTower tower = _towers[t];
            for (int l = 0; l < tower.Dense.Length; l++)
            {
                outputs.Add(new LayerOutput(tower.Dense[l].Name, memory.Outputs(t, l, row)[..tower.Dense[l].Outputs].ToArray()));
            }

            if (tower.Logit is { } logit)
            {
                outputs.Add(new LayerOutput(logit.Name, [memory.Logits(t)[row]]));
            }
        }

        return outputs;
    }
}
