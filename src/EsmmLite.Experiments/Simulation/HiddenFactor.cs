using EsmmLite.Kernels;

namespace EsmmLite.Experiments.Simulation;

/// <summary>
/// A hidden factor u, standard normal, that adds γu to the click logit and to the conversion logit of an impression. The logits
/// without it, α and β, are chosen so that the log does not show it: with σ the logistic function and E the mean over u,
/// E σ(α + γu) = P(y = 1 | x) and E σ(α + γu) σ(β + γu) / E σ(α + γu) = P(z = 1 | y = 1, x) are given. What changes with γ is
/// P(z = 1 | do(click), x) = E σ(β + γu), which is smaller: who clicks by himself is more willing than who is made to.
/// </summary>
/// <remarks>
/// Means over u are sums over equally spaced points weighted by the normal density. For functions that are analytic around the real
/// line that rule converges exponentially: the nearest pole of σ(α + γu) is π/γ away, so a step h leaves a relative error of about
/// e^(−2π² / (γh)), and γh ≤ 0.75 makes it 4e-12 (Trefethen and Weideman 2014). Its points reach 8 deviations beyond
/// the bulk of the density tilted by both sigmoids.
/// </remarks>
public sealed class HiddenFactor
{
    /// <summary>The largest γ.</summary>
    public const double Strongest = 5;

    private const double Reach = 8;
    private const double LargestStep = 0.5;
    private const double LargestStepTimesStrength = 0.75;
    private const int MostSteps = 60;
    private const double Settled = 1e-13;

    private readonly double _strength;
    private readonly double[] _weights; // of the normal density; they add up to 1
    private readonly double[] _odds; // e^(−γu): one exponential a mean is enough, because e^−(α + γu) = e^−α e^(−γu)
    private readonly double[] _tilted; // weights given y = 1, for the second mean

    /// <summary>Prepares the points.</summary>
    /// <param name="strength">γ, from 0 to <see cref="Strongest"/>.</param>
    public HiddenFactor(double strength)
    {
        if (!(strength >= 0 && strength <= Strongest))
        {
            throw new EsmmException(EsmmErrorKind.Usage, FormattableString.Invariant($"the strength is {strength}"), nameof(HiddenFactor), FormattableString.Invariant($"0 to {Strongest}"));
        }

        _strength = strength;
        double step = Math.Min(LargestStep, LargestStepTimesStrength / Math.Max(strength, 1e-9));
        int below = (int)Math.Ceiling(Reach / step), above = (int)Math.Ceiling((Reach + (2 * strength)) / step);
        _weights = new double[below + above + 1];
        _odds = new double[_weights.Length];
        _tilted = new double[_weights.Length];
        double sum = 0;
        for (int i = 0; i < _weights.Length; i++)
        {
            double u = (i - below) * step;
            _weights[i] = ExactMath.Exp(-0.5 * u * u);
            _odds[i] = ExactMath.Exp(-strength * u);
            sum += _weights[i];
        }

        for (int i = 0; i < _weights.Length; i++)
        {
            _weights[i] /= sum;
        }
    }

    /// <summary>Finds the logits behind the two probabilities that a log shows. Allocates nothing. Not thread-safe.</summary>
    /// <param name="clickLogit">Logit of P(y = 1 | x).</param>
    /// <param name="conversionLogit">Logit of P(z = 1 | y = 1, x).</param>
    public HiddenLogits Solve(double clickLogit, double conversionLogit)
    {
        double click = LogitOf(clickLogit, _weights);
        double odds = ExactMath.Exp(-click), given = 0;
        for (int i = 0; i < _tilted.Length; i++)
        {
            _tilted[i] = _weights[i] / (1 + (odds * _odds[i]));
            given += _tilted[i];
        }

        for (int i = 0; i < _tilted.Length; i++)
        {
            _tilted[i] /= given;
        }

        double conversion = LogitOf(conversionLogit, _tilted);
        return new HiddenLogits(click, conversion, Mean(conversion, _weights).Positive);
    }

    /// <summary>Solves logit(Σ w σ(c + γu)) = target for c by Newton's method; the left side has a slope between 0 and 1.</summary>
    private double LogitOf(double target, double[] weights)
    {
        double c = target;
        for (int step = 0; step < MostSteps; step++)
        {
            (double positive, double negative, double slope) = Mean(c, weights);
            double off = ExactMath.Log(positive / negative) - target;
            double move = Math.Clamp(off * positive * negative / slope, -4 - _strength, 4 + _strength);
            c -= move;
            if (Math.Abs(move) < Settled * (1 + Math.Abs(c)))
            {
                break;
            }
        }

        return c;
    }

    /// <summary>Means of σ, of 1 − σ and of σ (1 − σ).</summary>
    private (double Positive, double Negative, double Slope) Mean(double c, double[] weights)
    {
        double odds = ExactMath.Exp(-c), positive = 0, negative = 0, slope = 0;
        for (int i = 0; i < weights.Length; i++)
        {
            double e = odds * _odds[i], p = 1 / (1 + e), weighted = weights[i] * p;
            positive += weighted;
            negative += weighted * e;
            slope += weighted * e * p;
        }

        return (positive, negative, slope);
    }
}

/// <summary>The logits behind what a log shows, where a hidden factor is at work.</summary>
/// <param name="Click">α: the click logit of an impression whose hidden factor is 0.</param>
/// <param name="Conversion">β: its conversion logit.</param>
/// <param name="PCvrIfClicked">P(z = 1 | do(click), x).</param>
public readonly record struct HiddenLogits(double Click, double Conversion, double PCvrIfClicked);
