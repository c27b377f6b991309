namespace EsmmLite.Layers;

/// <summary>MMoE's and PLE's experts and gates, which make an input for each tower.</summary>
internal readonly struct Experts(TowerBuilder builder)
{
    /// <summary>The last part of a gate's name.</summary>
    internal const string GateSuffix = ".gate.softmax";

    internal Block?[] Build(TowerPlan plan) => plan.Bottom.Kind switch
    {
        BottomKind.Mmoe => Mmoe(plan),
        BottomKind.Ple => Ple(plan),
        _ => new Block?[plan.Names.Count],
    };

    /// <summary>f_t = Σ softmax(W_t x)[e] expert_e(x). Source: Ma et al. 2018 (MMoE).</summary>
    private Block?[] Mmoe(TowerPlan plan)
    {
        Block[] experts = Group("expert", null, plan.Bottom.Experts, plan.Bottom.Hidden);
        Block?[] inputs = new Block?[plan.Names.Count];
        for (int t = 0; t < inputs.Length; t++)
        {
            inputs[t] = Mix(plan.Names[t], null, experts);
        }

        return inputs;
    }

    /// <summary>
    /// At each level every task mixes its own experts and the shared ones; the shared experts of the next level read a mixture of all.
    /// Source: Tang et al. 2020 (PLE; one level is CGC).
    /// </summary>
    private Block?[] Ple(TowerPlan plan)
    {
        int tasks = plan.Names.Count;
        Block?[] own = new Block?[tasks];
        Block? shared = null;
        for (int level = 0; level < plan.Bottom.Levels; level++)
        {
            string suffix = level == 0 ? "" : "." + level;
            Block[][] experts = new Block[tasks][];
            for (int t = 0; t < tasks; t++)
            {
                experts[t] = Group($"{plan.Names[t]}{suffix}.expert", own[t], plan.Bottom.Experts, plan.Bottom.Hidden);
            }

            Block[] common = Group($"shared{suffix}.expert", shared, plan.Bottom.SharedExperts, plan.Bottom.Hidden);
            for (int t = 0; t < tasks; t++)
            {
                own[t] = Mix(plan.Names[t] + suffix, own[t], [.. experts[t], .. common]);
            }

            if (level + 1 < plan.Bottom.Levels)
            {
                shared = Mix("shared" + suffix, shared, [.. experts.SelectMany(e => e), .. common]);
            }
        }

        return own;
    }

    private Block[] Group(string name, Block? input, int count, IReadOnlyList<int> hidden)
    {
        Block[] experts = new Block[count];
        for (int e = 0; e < count; e++)
        {
            experts[e] = builder.Hidden($"{name}{e}", input, hidden, out _)!;
        }

        return experts;
    }

    private Block Mix(string name, Block? input, Block[] experts)
    {
        Block gate = builder.Add(new SoftmaxBlock(name + GateSuffix, builder.Dense(name + ".gate", input, experts.Length)));
        return builder.Add(new MixtureBlock(name + ".mixture", gate, experts));
    }
}
