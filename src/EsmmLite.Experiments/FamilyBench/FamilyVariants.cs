namespace EsmmLite.Experiments.FamilyBench;

/// <summary>The table's rows: to add one is to add an entry.</summary>
public static class FamilyVariants
{
    /// <summary>What the others are compared with.</summary>
    public static FamilyVariant Plain { get; } = new("ESMM", FamilyPart.Model, "shared tables, two towers");

    /// <summary>A network for each task.</summary>
    public static FamilyVariant Two { get; } = new("two networks", FamilyPart.Model, "CTR on all impressions, CVR on clicked ones, nothing shared", "model.kind=ctr") { Second = ["model.kind=cvr"] };

    /// <summary>All of them.</summary>
    public static IReadOnlyList<FamilyVariant> All { get; } =
    [
        Plain,
        Two,
        new("ESMM-NS", FamilyPart.Model, "a table set for each tower") { Tables = FamilyTableSet.OneEach },
        new("dims x2", FamilyPart.Model, "shared tables with embeddings twice as long") { Tables = FamilyTableSet.Long },
        new("independent", FamilyPart.Model, "click and conversion side by side, no product", "model.kind=independent"),
        new("MMoE", FamilyPart.Model, "4 experts in place of the first layer", "model.bottom={\"kind\":\"mmoe\",\"experts\":4,\"hidden\":[{first}]}", "towers.ctr={ctr}", "towers.cvr={cvr}"),
        new("PLE", FamilyPart.Model, "2 experts a task and 2 shared in place of the first layer", "model.bottom={\"kind\":\"ple\",\"experts\":2,\"sharedExperts\":2,\"hidden\":[{first}]}", "towers.ctr={ctr}", "towers.cvr={cvr}"),
        new("AITM", FamilyPart.Model, "the CTR tower passes on to the CVR tower", "model.kind=aitm"),
        new("ESCM2-IPS", FamilyPart.Model, "a CVR loss weighted by 1/pCTR, weight 0.1", "model.kind=escm2_ips"),
        new("ESCM2-DR", FamilyPart.Model, "the same, doubly robust", "model.kind=escm2_dr"),
        new("path", FamilyPart.Model, "exposure-to-conversion path, weight 0.1", "model.path.weight=0.1"),
        new("path, stopped", FamilyPart.Model, "the same, pCVR gets no gradient from it", "model.path={\"weight\":0.1,\"stopGradient\":true}"),
        new("layer norm", FamilyPart.Layers, "hidden layers normalised", "towers.layerNorm=true"),
        new("dropout 0.2", FamilyPart.Layers, "a fifth of the hidden units dropped", "towers.dropout=0.2"),
        new("skip", FamilyPart.Layers, "a linear part beside each tower", "towers.skip=true"),
        new("CTR x3", FamilyPart.Weights, "the CTR loss counts three times", "loss.ctr=3"),
        new("CTCVR x3", FamilyPart.Weights, "the CTCVR loss counts three times", "loss.ctcvr=3"),
        new("row weights", FamilyPart.Weights, "rows weighted by a column of the log") { TakesOver = "rowWeights" },
        new("item history", FamilyPart.Weights, "rows weighted by their item's past rates") { TakesOver = "history" },
        new("uncertainty", FamilyPart.Weights, "weights learned from the losses' sizes", "loss.weighting.kind=uncertainty"),
        new("GradNorm", FamilyPart.Weights, "weights that even the gradients out", "loss.weighting.kind=gradnorm"),
        new("PCGrad", FamilyPart.Weights, "conflicting gradients projected", "loss.combine=pcgrad"),
    ];

    /// <summary>The variants of some names, in the table's order, with the plain model; all of them without a name.</summary>
    /// <exception cref="EsmmException">A name is unknown.</exception>
    public static IReadOnlyList<FamilyVariant> Of(IReadOnlyList<string> names)
    {
        ArgumentNullException.ThrowIfNull(names);
        string[] known = [.. All.Select(v => v.Name)];
        foreach (string name in names.Where(name => !known.Contains(name, StringComparer.OrdinalIgnoreCase)))
        {
            throw new EsmmException(EsmmErrorKind.Usage, "there is no variant '" + name + "'", "--variants", "some of " + string.Join(", ", known));
        }

        return names.Count == 0 ? All : [.. All.Where(v => v == Plain || names.Contains(v.Name, StringComparer.OrdinalIgnoreCase))];
    }
}
