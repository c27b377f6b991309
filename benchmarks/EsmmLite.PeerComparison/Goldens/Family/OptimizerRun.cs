using TorchSharp.Modules;
using static TorchSharp.torch;

namespace EsmmLite.PeerComparison.Goldens.Family;

/// <summary>Ten steps with one of torch's optimizers on every tensor, whole tables included.</summary>
/// <param name="name">Its name in the file.</param>
/// <param name="settings">Its settings by name, for the file.</param>
/// <param name="create">Creates torch's own.</param>
/// <param name="rule">The same update written down once more.</param>
internal sealed class OptimizerRun(
    string name, IReadOnlyList<(string Name, double Value)> settings, Func<IEnumerable<Parameter>, optim.Optimizer> create, Func<IReadOnlyList<Parameter>, Action<int>> rule)
{
    // ε is large enough to be seen: whether it stands inside the root or outside must show.
    private const double Epsilon = 1e-3;
    private const double Rate = 1e-2;
    private const double Beta1 = 0.9;
    private const double Beta2 = 0.999;
    private const double Decay = 0.1;
    private const double InitialSum = 0.01;

    /// <summary>All runs.</summary>
    public static IReadOnlyList<OptimizerRun> All { get; } =
    [
        new("adagrad", [("learningRate", Rate), ("epsilon", Epsilon), ("initialSum", InitialSum)],
            parameters => optim.Adagrad(parameters, Rate, lr_decay: 0, weight_decay: 0, initial_accumulator_value: InitialSum, eps: Epsilon), AdagradRule),
        new("adamw", [("learningRate", Rate), ("beta1", Beta1), ("beta2", Beta2), ("epsilon", Epsilon), ("weightDecay", Decay)],
            parameters => optim.AdamW(parameters, Rate, Beta1, Beta2, Epsilon, Decay), AdamWRule),
    ];

    /// <summary>Its name in the file.</summary>
    public string Name => name;

    /// <summary>Its settings by name.</summary>
    public IReadOnlyList<(string Name, double Value)> Settings => settings;

    /// <summary>The weights after all steps: the two halves of the batch in turn.</summary>
    public FamilyWeights Train(FamilyCase golden, ScalarType type)
    {
        FamilyWeights weights = new(golden.Weights, type);
        using optim.Optimizer optimizer = create(weights.Parameters.ToList());
        Train(golden, weights, _ => optimizer.step());
        return weights;
    }

    /// <summary>The same with the update written down once more.</summary>
    public FamilyWeights TrainPlainly(FamilyCase golden)
    {
        FamilyWeights weights = new(golden.Weights, ScalarType.Float64);
        Train(golden, weights, rule([.. weights.Parameters]));
        return weights;
    }

    private static void Train(FamilyCase golden, FamilyWeights weights, Action<int> update)
    {
        int t = 0;
        foreach (RowRange range in TrainingRun.Schedule(golden.Batch.Rows))
        {
            FamilyCase.Backward(golden.Network, golden.Batch.Slice(range), weights);
            update(++t);
        }
    }

    private static Action<int> AdagradRule(IReadOnlyList<Parameter> parameters)
    {
        Tensor[] sums = [.. parameters.Select(parameter => full_like(parameter, InitialSum).detach())];
        return _ =>
        {
            using IDisposable noGrad = no_grad();
            for (int i = 0; i < sums.Length; i++)
            {
                Tensor gradient = parameters[i].grad!;
                sums[i] = sums[i] + gradient * gradient;
                parameters[i].sub_(Rate * gradient / (sums[i].sqrt() + Epsilon));
            }
        };
    }

    private static Action<int> AdamWRule(IReadOnlyList<Parameter> parameters)
    {
        Tensor[] first = [.. parameters.Select(parameter => zeros_like(parameter).detach())], second = [.. parameters.Select(parameter => zeros_like(parameter).detach())];
        return t =>
        {
            using IDisposable noGrad = no_grad();
            for (int i = 0; i < first.Length; i++)
            {
                Tensor gradient = parameters[i].grad!;
                first[i] = Beta1 * first[i] + (1 - Beta1) * gradient;
                second[i] = Beta2 * second[i] + (1 - Beta2) * gradient * gradient;
                Tensor mean = first[i] / (1 - Math.Pow(Beta1, t)), square = second[i] / (1 - Math.Pow(Beta2, t));
                parameters[i].mul_(1 - Rate * Decay).sub_(Rate * mean / (square.sqrt() + Epsilon));
            }
        };
    }
}
