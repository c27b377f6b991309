using EsmmLite.Kernels;

namespace EsmmLite.Layers;

/// <summary>
/// The head of ESMM: from a CTR logit a and a CVR logit b to p = σ(a) = pCTR, q = σ(b) = pCVR and t = p q = pCTCVR, and to the
/// cross-entropy losses of both tasks with their slopes by a and b.
/// </summary>
/// <remarks>
/// Everything is computed from the logits, in double, without subtracting probabilities: no clamp, no epsilon. With c = 1 for
/// "clicked and converted", the slopes of the CTCVR loss −c ln t − (1 − c) ln(1 − t) are σ(−a)(t − c)/(1 − t) and
/// σ(−b)(t − c)/(1 − t). Dividing through by t turns the case c = 0 into sums of positive terms:
/// <code>
/// (1 − t) / t = e^−a + e^−b + e^−a−b
/// dL/da = σ(a) / (1 + e^−b + e^(a−b))        dL/db = σ(b) / (1 + e^−a + e^(b−a))
/// </code>
/// which shows that no slope exceeds 1, and which stays right where 1 − t is below the smallest double.
/// </remarks>
public static class SigmoidProduct
{
    /// <summary>The three probabilities: σ(a), σ(b) and their product.</summary>
    /// <param name="a">CTR logit.</param>
    /// <param name="b">CVR logit.</param>
    /// <param name="pCtr">P(click | impression).</param>
    /// <param name="pCvr">P(conversion | click, impression).</param>
    /// <param name="pCtcvr">P(click and conversion | impression); never above the other two.</param>
    public static void Predict(double a, double b, out double pCtr, out double pCvr, out double pCtcvr)
    {
        pCtr = ExactMath.Sigmoid(a);
        pCvr = ExactMath.Sigmoid(b);
        pCtcvr = pCtr * pCvr;
    }

    /// <summary>Loss of the CTR task, softplus(a) − y a, in nats.</summary>
    /// <param name="a">CTR logit.</param>
    /// <param name="click">The label y.</param>
    public static double CtrLoss(double a, bool click) => ExactMath.Softplus(click ? -a : a);

    /// <summary>dL/da of the CTR task, σ(a) − y.</summary>
    /// <param name="a">CTR logit.</param>
    /// <param name="click">The label y.</param>
    public static double CtrSlope(double a, bool click) => click ? -ExactMath.Sigmoid(-a) : ExactMath.Sigmoid(a);

    /// <summary>Loss of the CTCVR task, −ln t if c and −ln(1 − t) otherwise, in nats.</summary>
    /// <param name="a">CTR logit.</param>
    /// <param name="b">CVR logit.</param>
    /// <param name="c">Whether the impression was clicked and converted.</param>
    public static double CtcvrLoss(double a, double b, bool c)
    {
        if (c)
        {
            return ExactMath.Softplus(-a) + ExactMath.Softplus(-b);
        }

        double t = ExactMath.Sigmoid(a) * ExactMath.Sigmoid(b);
        if (t < 0.5)
        {
            return -ExactMath.Log1p(-t);
        }

        // Both logits are positive here. With m the smaller and M the larger, 1 − t = t e^−m (1 + e^(m−M) + e^−M): the factor e^−m,
        // which may underflow, leaves the logarithm as the summand m.
        double smaller = Math.Min(a, b);
        double larger = Math.Max(a, b);
        return smaller - ExactMath.Log(t * (1.0 + ExpOfDifference(smaller, larger) + ExactMath.Exp(-larger)));
    }

    /// <summary>dL/da and dL/db of the CTCVR task; both lie in [−1, 0] if c and in [0, 1] otherwise.</summary>
    /// <param name="a">CTR logit.</param>
    /// <param name="b">CVR logit.</param>
    /// <param name="c">Whether the impression was clicked and converted.</param>
    /// <param name="dA">Slope by the CTR logit.</param>
    /// <param name="dB">Slope by the CVR logit.</param>
    public static void CtcvrSlopes(double a, double b, bool c, out double dA, out double dB)
    {
        if (c)
        {
            dA = -ExactMath.Sigmoid(-a);
            dB = -ExactMath.Sigmoid(-b);
            return;
        }

        dA = ExactMath.Sigmoid(a) / (1.0 + ExactMath.Exp(-b) + ExpOfDifference(a, b));
        dB = ExactMath.Sigmoid(b) / (1.0 + ExactMath.Exp(-a) + ExpOfDifference(b, a));
    }

    /// <summary>e^(x − y), corrected for the rounding of the difference, which alone would cost |x − y| · 2^-53.</summary>
    private static double ExpOfDifference(double x, double y)
    {
        double difference = x - y;
        double power = ExactMath.Exp(difference);
        if (!double.IsFinite(power))
        {
            return power;
        }

        // Knuth's exact error of a sum, here of x + (−y).
        double yPart = difference - x;
        double rest = (x - (difference - yPart)) - (y + yPart);
        return Math.FusedMultiplyAdd(power, rest, power);
    }
}
