using EsmmLite.Kernels;

namespace EsmmLite.Layers;

/// <summary>
/// Two ways to a purchase: q = y2 y3 + (1 − y2) y4, with y = σ(logit), and t = y1 q; in logarithms, so that nothing cancels or
/// underflows (docs/family/esm2.md).
/// </summary>
internal static class TwoPaths
{
    /// <summary>q.</summary>
    internal static double Predict(double b, double c, double d) => (ExactMath.Sigmoid(b) * ExactMath.Sigmoid(c)) + (ExactMath.Sigmoid(-b) * ExactMath.Sigmoid(d));

    /// <summary>−ln q, or −ln(1 − q): 1 − q is q with the last two logits turned round.</summary>
    internal static double Loss(double b, double c, double d, bool reached) => reached ? -LogOf(b, c, d) : -LogOf(b, -c, -d);

    /// <summary>−ln(y1 q), or −ln(1 − y1 q).</summary>
    internal static double ProductLoss(double a, double b, double c, double d, bool reached) =>
        reached ? ExactMath.Softplus(-a) + Loss(b, c, d, true) : -LogSum(-ExactMath.Softplus(a), LogOf(b, -c, -d) - ExactMath.Softplus(-a));

    /// <summary>Slopes of <see cref="ProductLoss"/> by the four logits.</summary>
    internal static void ProductSlopes(double a, double b, double c, double d, bool reached, Span<double> slopes)
    {
        // Logarithms of the two paths' shares in q, y2 y3 / q and (1 − y2) y4 / q: d ln q / d logit follows from them.
        double log = LogOf(b, c, d);
        double through = -ExactMath.Softplus(-b) - ExactMath.Softplus(-c) - log, past = -ExactMath.Softplus(b) - ExactMath.Softplus(-d) - log;

        // d(−ln(1 − t)) = t/(1 − t) d ln t, and d(−ln t) = −d ln t. The factor may overflow where its product doesn't.
        double sign = reached ? -1 : 1, factor = reached ? 0 : log - ExactMath.Softplus(-a) + ProductLoss(a, b, c, d, false);
        slopes[0] = sign * ExactMath.Exp(factor - ExactMath.Softplus(a));
        slopes[1] = sign * (ExactMath.Exp(factor + through - ExactMath.Softplus(b)) - ExactMath.Exp(factor + past - ExactMath.Softplus(-b)));
        slopes[2] = sign * ExactMath.Exp(factor + through - ExactMath.Softplus(c));
        slopes[3] = sign * ExactMath.Exp(factor + past - ExactMath.Softplus(d));
    }

    private static double LogOf(double b, double c, double d) =>
        LogSum(-ExactMath.Softplus(-b) - ExactMath.Softplus(-c), -ExactMath.Softplus(b) - ExactMath.Softplus(-d));

    /// <summary>ln(e^x + e^y).</summary>
    private static double LogSum(double x, double y) => Math.Max(x, y) + ExactMath.Log1p(ExactMath.Exp(-Math.Abs(x - y)));
}
