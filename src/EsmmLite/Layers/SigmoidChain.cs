using EsmmLite.Kernels;

namespace EsmmLite.Layers;

/// <summary>
/// The sigmoid-product head for any number of stages: t = σ(a1) σ(a2) ... σ(an), its loss and its slopes, exact at both ends
/// (docs/family/chain.md). Two stages are ESMM's <see cref="SigmoidProduct"/>.
/// </summary>
/// <remarks>
/// With e_i = e^−a_i: (1 − t)/t = (1 + e_1)(1 + e_2)... − 1, formed as a sum of positive terms, E ← E + e_i + E e_i. Where all
/// logits are positive, E is carried times e^m, m being the smallest logit, so that it cannot underflow.
/// </remarks>
internal static class SigmoidChain
{
    /// <summary>t, the probability of all stages.</summary>
    internal static double Predict(ReadOnlySpan<double> logits)
    {
        double t = 1;
        foreach (double a in logits)
        {
            t *= ExactMath.Sigmoid(a);
        }

        return t;
    }

    /// <summary>−ln t if all stages were reached, −ln(1 − t) otherwise.</summary>
    internal static double Loss(ReadOnlySpan<double> logits, bool reached)
    {
        double minusLogT = 0;
        foreach (double a in logits)
        {
            minusLogT += ExactMath.Softplus(-a);
        }

        if (reached)
        {
            return minusLogT;
        }

        double t = Predict(logits);
        return t < 0.5 ? -ExactMath.Log1p(-t) : minusLogT + Shift(logits) - ExactMath.Log(Scaled(logits));
    }

    /// <summary>Slopes of the loss by each logit; in [−1, 0] if all stages were reached, in [0, 1] otherwise.</summary>
    internal static void Slopes(ReadOnlySpan<double> logits, bool reached, Span<double> slopes)
    {
        double scaled = reached ? 1 : Scaled(logits), shift = Shift(logits);
        for (int i = 0; i < logits.Length; i++)
        {
            // σ(−a) / E, numerator and denominator times e^m: e^(m − a) is at most 1 where m is the least logit.
            slopes[i] = reached ? -ExactMath.Sigmoid(-logits[i])
                : shift > 0 ? ExactMath.Exp(shift - logits[i]) / (1 + ExactMath.Exp(-logits[i])) / scaled
                : ExactMath.Sigmoid(-logits[i]) / scaled;
        }
    }

    private static double Shift(ReadOnlySpan<double> logits)
    {
        double least = double.PositiveInfinity;
        foreach (double a in logits)
        {
            least = Math.Min(least, a);
        }

        return Math.Max(0, least);
    }

    /// <summary>(1 − t)/t, times e^shift.</summary>
    private static double Scaled(ReadOnlySpan<double> logits)
    {
        double shift = Shift(logits), sum = 0;
        foreach (double a in logits)
        {
            double e = ExactMath.Exp(-a);
            // 0 times infinity is 0 here: what overflows makes the slopes 0, as it should.
            sum = sum + ExactMath.Exp(shift - a) + (e == 0 || sum == 0 ? 0 : sum * e);
        }

        return sum;
    }
}
