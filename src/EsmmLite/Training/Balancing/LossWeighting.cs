using EsmmLite.Kernels;

namespace EsmmLite.Training;

/// <summary>
/// The seam that weighs losses against each other from step to step: a factor a loss, beside the objective's fixed weights. The
/// factors reach the slopes of every objective, because they come with the row weights (docs/family/weights.md).
/// </summary>
public abstract class LossWeighting
{
    /// <summary>Whether <see cref="Observe"/> needs the lengths of the losses' gradients: each then has a way back of its own.</summary>
    public virtual bool NeedsNorms => false;

    /// <summary>The factors of the coming step, above 0. [losses]</summary>
    public abstract ReadOnlySpan<double> Weights { get; }

    /// <summary>Learns from a step before its update.</summary>
    /// <param name="losses">Each loss's mean over the batch, without the factor.</param>
    /// <param name="norms">Length of each loss's gradient, with the factor, over the parameters that losses share; empty unless needed.</param>
    public abstract void Observe(ReadOnlySpan<double> losses, ReadOnlySpan<double> norms);

    /// <summary>All that it has learned, as a checkpoint keeps it: finite numbers from which <see cref="Restore"/> goes on to the same bits. Null where it can't be kept.</summary>
    public virtual IReadOnlyList<double>? State => null;

    /// <summary>Goes on from a state.</summary>
    /// <param name="state">What <see cref="State"/> gave, of as many losses; it may come from a file that was changed.</param>
    /// <returns>Whether it is such a state; if not, nothing has changed.</returns>
    public virtual bool Restore(IReadOnlyList<double> state) => false;
}

/// <summary>
/// Weights learned from each loss's size: the total is Σ e^−s L + s/2, and s, the logarithm of a variance, follows its own gradient.
/// Source: Kendall, Gal and Cipolla 2018. The factor e^−s stays within bounds: it would grow without end where a loss nears 0.
/// </summary>
public sealed class UncertaintyWeighting : LossWeighting
{
    private readonly double _rate;
    private readonly double _least;
    private readonly double _most;
    private readonly double[] _logVariance;
    private readonly double[] _weights;

    /// <summary>Begins with factors of 1.</summary>
    /// <param name="losses">Number of losses.</param>
    /// <param name="rate">Learning rate of s.</param>
    /// <param name="least">The least factor.</param>
    /// <param name="most">The largest factor.</param>
    public UncertaintyWeighting(int losses, double rate = 0.01, double least = 0.1, double most = 10)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(losses);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(least);
        ArgumentOutOfRangeException.ThrowIfLessThan(most, least);
        (_rate, _least, _most, _logVariance, _weights) = (rate, least, most, new double[losses], new double[losses]);
        _weights.AsSpan().Fill(Math.Clamp(1, least, most));
    }

    /// <inheritdoc/>
    public override ReadOnlySpan<double> Weights => _weights;

    /// <inheritdoc/>
    public override void Observe(ReadOnlySpan<double> losses, ReadOnlySpan<double> norms)
    {
        for (int l = 0; l < _weights.Length; l++)
        {
            // d/ds (e^−s L + s/2) = ½ − e^−s L.
            double s = _logVariance[l] - (_rate * (0.5 - (_weights[l] * losses[l])));
            _logVariance[l] = Math.Clamp(s, -ExactMath.Log(_most), -ExactMath.Log(_least));
            _weights[l] = Math.Clamp(ExactMath.Exp(-_logVariance[l]), _least, _most);
        }
    }

    /// <inheritdoc/>
    public override IReadOnlyList<double> State => [.. _logVariance, .. _weights];

    /// <inheritdoc/>
    public override bool Restore(IReadOnlyList<double> state)
    {
        ArgumentNullException.ThrowIfNull(state);
        int n = _weights.Length;
        bool valid = state.Count == 2 * n && state.All(double.IsFinite) && state.Skip(n).All(weight => weight >= _least && weight <= _most);
        for (int l = 0; l < n && valid; l++)
        {
            (_logVariance[l], _weights[l]) = (state[l], state[n + l]);
        }

        return valid;
    }
}

/// <summary>
/// GradNorm: factors that make every loss's gradient as long as the mean, times how far the loss is behind: r^α, with r its share of
/// its first value over the mean share. Source: Chen et al. 2018. The factors add up to the number of losses.
/// </summary>
public sealed class GradNormWeighting : LossWeighting
{
    private const double Least = 1e-3;

    private readonly double _rate;
    private readonly double _alpha;
    private readonly double[] _first;
    private readonly double[] _weights;
    private bool _begun;

    /// <summary>Begins with factors of 1.</summary>
    /// <param name="losses">Number of losses.</param>
    /// <param name="rate">Learning rate of the factors.</param>
    /// <param name="alpha">How strongly losses that are behind are favoured.</param>
    public GradNormWeighting(int losses, double rate = 0.01, double alpha = 1.5)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(losses);
        (_rate, _alpha, _first, _weights) = (rate, alpha, new double[losses], new double[losses]);
        _weights.AsSpan().Fill(1);
    }

    /// <inheritdoc/>
    public override bool NeedsNorms => true;

    /// <inheritdoc/>
    public override ReadOnlySpan<double> Weights => _weights;

    /// <inheritdoc/>
    public override void Observe(ReadOnlySpan<double> losses, ReadOnlySpan<double> norms)
    {
        int n = _weights.Length;
        if (!_begun)
        {
            losses.CopyTo(_first);
            _begun = true;
        }

        double meanNorm = 0, meanShare = 0;
        for (int l = 0; l < n; l++)
        {
            meanNorm += norms[l] / n;
            meanShare += Share(losses, l) / n;
        }

        if (!(meanNorm > 0) || !(meanShare > 0))
        {
            return;
        }

        double sum = 0;
        for (int l = 0; l < n; l++)
        {
            // The target is a constant; d |G − target| / dw = sign · length of the loss's own gradient. In units of the mean, so
            // that the rate does not depend on how long gradients are.
            double target = meanNorm * ExactMath.Exp(_alpha * ExactMath.Log(Math.Max(1e-9, Share(losses, l) / meanShare)));
            _weights[l] = Math.Max(Least, _weights[l] - (_rate * Math.Sign(norms[l] - target) * norms[l] / _weights[l] / meanNorm));
            sum += _weights[l];
        }

        for (int l = 0; l < n; l++)
        {
            _weights[l] *= n / sum;
        }
    }

    /// <inheritdoc/>
    public override IReadOnlyList<double> State => [_begun ? 1 : 0, .. _first, .. _weights];

    /// <inheritdoc/>
    public override bool Restore(IReadOnlyList<double> state)
    {
        ArgumentNullException.ThrowIfNull(state);
        int n = _weights.Length;
        bool valid = state.Count == 1 + (2 * n) && state[0] is 0 or 1 && state.All(double.IsFinite) && state.Skip(1 + n).All(weight => weight > 0);
        for (int l = 0; l < n && valid; l++)
        {
            (_begun, _first[l], _weights[l]) = (state[0] == 1, state[1 + l], state[1 + n + l]);
        }

        return valid;
    }

    private double Share(ReadOnlySpan<double> losses, int loss) => _first[loss] > 0 ? losses[loss] / _first[loss] : 1;
}
