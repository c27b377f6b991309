using EsmmLite.Features;
using EsmmLite.Kernels;
using EsmmLite.Layers;
using EsmmLite.Model;
using EsmmLite.Tests.Model;

namespace EsmmLite.Tests.Training;

/// <summary>A small model of every kind of tower, by name, and models drawn at random.</summary>
internal static class FamilyModels
{
    internal static readonly string[] Names =
    [
        "leaky", "prelu", "gelu", "norm", "residual", "skip", "everything", "mmoe", "mmoeNoTower", "ple", "pleTwoLevels", "aitm", "aitmThree",
        "path", "pathStopped", "pathLinear", "auxiliary", "auxiliaryField", "auxiliaryLayer", "auxiliaryExpert", "pleWithHeads", "dropout",
    ];

    internal static TheoryData<string> All => [.. Names];

    internal static EsmmModel Create(string name, ulong seed = 5)
    {
        ModelOptions o = new() { CtrTower = [12, 12, 6], CvrTower = [9], Seed = seed };
        int labels = name == "aitmThree" ? 3 : 2;
        LayerOptions d = new();
        AuxiliaryOptions whole = new("aux", "label1", 0.4, [5], null), field = new("embedded", "label0", 0.3, [], "user");
        o = name switch
        {
            "leaky" => o with { Layers = d with { Activation = Activation.LeakyRelu, Slope = 0.1 } },
            "prelu" => o with { Layers = d with { Activation = Activation.PRelu } },
            "gelu" => o with { Layers = d with { Activation = Activation.Gelu } },
            "norm" => o with { Layers = d with { LayerNorm = true } },
            "residual" => o with { Layers = d with { Residual = true } },
            "skip" => o with { Layers = d with { Skip = true } },
            "dropout" => o with { Layers = d with { Dropout = 0.3 } },
            "everything" => o with { Layers = new LayerOptions { Activation = Activation.PRelu, LayerNorm = true, Residual = true, Skip = true }, Bottom = new BottomOptions { Kind = BottomKind.Mmoe, Experts = 2, Hidden = [7, 12] } },
            "mmoe" => o with { Bottom = new BottomOptions { Kind = BottomKind.Mmoe, Experts = 3, Hidden = [33, 8] } },
            "mmoeNoTower" => o with { CtrTower = [], CvrTower = [], Bottom = new BottomOptions { Kind = BottomKind.Mmoe, Experts = 3, Hidden = [8] } },
            "ple" => o with { Bottom = new BottomOptions { Kind = BottomKind.Ple, Experts = 2, SharedExperts = 1, Hidden = [10] } },
            "pleTwoLevels" => o with { Bottom = new BottomOptions { Kind = BottomKind.Ple, Experts = 1, SharedExperts = 2, Hidden = [6], Levels = 2 } },
            "aitm" or "aitmThree" => o with { Kind = ModelKind.Aitm, CtrTower = [10, 7], CvrTower = [7], OtherTowers = [11, 7] },
            "path" => o with { Path = new PathOptions(0.5, [8], false) },
            "pathStopped" => o with { Path = new PathOptions(0.5, [8, 4], true) },
            "pathLinear" => o with { Path = new PathOptions(0.5, [], false) },
            "auxiliary" => o with { Auxiliary = [whole] },
            "auxiliaryField" => o with { Auxiliary = [field] },
            "auxiliaryLayer" => o with { Layers = d with { Activation = Activation.PRelu, Residual = true }, Auxiliary = [new AuxiliaryOptions("early", "label1", 0.4, [5], null, "ctr.dense1"), new AuxiliaryOptions("late", "label0", 0.3, [], null, "cvr.dense0")] },
            "auxiliaryExpert" => o with { Bottom = new BottomOptions { Kind = BottomKind.Ple, Experts = 1, SharedExperts = 1, Hidden = [6], Levels = 2 }, Auxiliary = [new AuxiliaryOptions("taste", "label0", 0.3, [], null, "shared.1.expert0.dense0")] },
            _ => o with { Auxiliary = [whole, field], Path = new PathOptions(0.2, [6], false), Bottom = new BottomOptions { Kind = BottomKind.Ple, Experts = 1, SharedExperts = 1, Hidden = [6] } },
        };
        return Create(o, labels);
    }

    internal static EsmmModel Create(ModelOptions options, int labels = 2, bool sequence = false)
    {
        Field[] fields = [SmallModels.Hashed("user", 30, 4, Side.Request), SmallModels.Hashed("item", 40, 4), SmallModels.Number("n"), SmallModels.Number("m", Side.Request) with { Separate = true }];
        if (sequence)
        {
            fields = [.. fields, SmallModels.Hashed("last", 40, 4, Side.Request) with { Shares = "item", List = new ListOptions { MaxValues = 5 } }];
        }

        Schema schema = SmallModels.Schema(fields, new Cross("user", "item")) with { Sequences = sequence ? [new Sequence { Name = "history", Actions = ["last"], Candidate = ["item"] }] : [], Labels = [.. Enumerable.Range(0, labels).Select(k => new LabelStage { Name = "label" + k })] };
        EsmmModel model = EsmmModel.Create(FeatureSpace.FromSchema(schema), options);
        SplitMix random = new(options.Seed + 100);
        foreach (TowerTensor tensor in model.Towers.Tensors.Where(t => !t.IsKernel))
        {
            // Away from where they begin, gains and slopes near 1 and 0.25.
            float middle = tensor.Name.EndsWith(".gain", StringComparison.Ordinal) ? 1 : tensor.Name.EndsWith(".slope", StringComparison.Ordinal) ? 0.25f : 0;
            for (int i = 0; i < tensor.Count; i++)
            {
                model.Towers.Parameters[tensor.IndexOf(i)] = middle + ((random.NextSingle() - 0.5f) * 0.6f);
            }
        }

        return model;
    }

    /// <summary>Options drawn at random from everything there is.</summary>
    internal static (ModelOptions Options, int Labels, bool Sequence) Random(ulong seed)
    {
        SplitMix r = new(seed);
        bool Coin(ref SplitMix random) => random.NextBelow(2) == 0;
        int[] Sizes(ref SplitMix random, int least) => [.. Enumerable.Range(0, least + (int)random.NextBelow(3)).Select(_ => 0)];
        int[] Draw(ref SplitMix random, int least)
        {
            int[] sizes = Sizes(ref random, least);
            for (int i = 0; i < sizes.Length; i++)
            {
                sizes[i] = 1 + (int)random.NextBelow(40);
            }

            return sizes;
        }

        ModelKind kind = (ModelKind)r.NextBelow((uint)Enum.GetValues<ModelKind>().Length);
        int labels = kind == ModelKind.Esm2 ? 3 : kind is ModelKind.Chain or ModelKind.Independent or ModelKind.Aitm ? 2 + (int)r.NextBelow(2) : 2;
        int[] shared = [1 + (int)r.NextBelow(20)];
        bool aitm = kind == ModelKind.Aitm;
        ModelOptions options = new()
        {
            Kind = kind,
            Seed = seed,
            CtrTower = aitm ? [.. Draw(ref r, 0), .. shared] : Draw(ref r, 0),
            CvrTower = aitm ? [.. Draw(ref r, 0), .. shared] : Draw(ref r, 0),
            OtherTowers = aitm ? [.. Draw(ref r, 0), .. shared] : Coin(ref r) ? Draw(ref r, 0) : null,
            Layers = new LayerOptions
            {
                Activation = (Activation)r.NextBelow(4),
                LayerNorm = Coin(ref r),
                Dropout = Coin(ref r) ? 0.2 : 0,
                Residual = Coin(ref r),
                Skip = Coin(ref r),
            },
            Bottom = new BottomOptions { Kind = (BottomKind)r.NextBelow(3), Experts = 1 + (int)r.NextBelow(3), SharedExperts = 1 + (int)r.NextBelow(2), Hidden = Draw(ref r, 1), Levels = 1 + (int)r.NextBelow(2) },
            Path = Coin(ref r) ? new PathOptions(0.3, Draw(ref r, 0), Coin(ref r)) : null,
            Auxiliary = Coin(ref r) ? [new AuxiliaryOptions("extra", "label1", 0.2, Draw(ref r, 0), Coin(ref r) ? "item" : null)] : [],
        };
        AttentionOptions attention = new() { Kind = (AttentionKind)r.NextBelow(2), Hidden = Draw(ref r, 1), Activation = (Activation)r.NextBelow(4), Normalise = Coin(ref r) };
        bool sequence = Coin(ref r);
        return (options with { Attention = sequence ? attention : new() }, labels, sequence);
    }
}
