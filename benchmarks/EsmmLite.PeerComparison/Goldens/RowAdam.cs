using static TorchSharp.torch;

namespace EsmmLite.PeerComparison.Goldens;

/// <summary>Where ε enters Adam's denominator.</summary>
internal enum EpsilonPlace
{
    /// <summary>sqrt(v / (1 - β2^t)) + ε: dense Adam's form, and the engine's for tables too.</summary>
    AfterCorrection,

    /// <summary>sqrt(v) + ε, with the step size lr · sqrt(1 - β2^t) / (1 - β1^t): the form of torch's SparseAdam.</summary>
    BeforeCorrection,
}

/// <summary>Adam for one parameter that can leave rows alone: TorchSharp has no sparse optimizer.</summary>
internal sealed class RowAdam
{
    private readonly Tensor _weight;
    private readonly EpsilonPlace _epsilon;

    /// <summary>Creates the optimizer with zero moments.</summary>
    public RowAdam(TorchParameter parameter, EpsilonPlace epsilon)
    {
        _weight = parameter.Value;
        _epsilon = epsilon;
        First = zeros_like(_weight);
        Second = zeros_like(_weight);
    }

    /// <summary>The first moment.</summary>
    public Tensor First { get; }

    /// <summary>The second moment.</summary>
    public Tensor Second { get; }

    /// <summary>Takes a step with the parameter's gradient.</summary>
    /// <param name="step">The global step, from 1: bias correction does not count a row's own steps.</param>
    /// <param name="rows">The rows that are read and written; all when null.</param>
    public void Step(int step, long[]? rows)
    {
        if (rows is [] || _weight.grad is not { } gradient)
        {
            return;
        }

        using IDisposable noGrad = no_grad();
        Tensor index = rows is null ? arange(_weight.shape[0]) : tensor(rows);
        Tensor g = gradient.index_select(0, index);
        Tensor m = First.index_select(0, index) * AdamSettings.Beta1 + g * (1 - AdamSettings.Beta1);
        Tensor v = Second.index_select(0, index) * AdamSettings.Beta2 + g * g * (1 - AdamSettings.Beta2);
        First.index_copy_(0, index, m);
        Second.index_copy_(0, index, v);

        double correction1 = 1 - Math.Pow(AdamSettings.Beta1, step);
        double correction2 = 1 - Math.Pow(AdamSettings.Beta2, step);
        Tensor change = _epsilon == EpsilonPlace.AfterCorrection
            ? m / correction1 / ((v / correction2).sqrt() + AdamSettings.Epsilon)
            : m * (Math.Sqrt(correction2) / correction1) / (v.sqrt() + AdamSettings.Epsilon);
        _weight.index_copy_(0, index, _weight.index_select(0, index) - change * AdamSettings.LearningRate);
    }
}
