using EsmmLite.Kernels;

namespace EsmmLite.Layers;

/// <summary>What the logits of an impression say: from them to pCTR, pCVR and pCTCVR, and to the log loss of pCVR.</summary>
/// <remarks>Stateless. The default head is <see cref="SigmoidProduct"/>, which hot loops call directly.</remarks>
internal abstract class Head
{
    /// <summary>The two towers of ESMM and the product of their probabilities; further towers are not looked at.</summary>
    internal static Head Product { get; } = new ProductHead();

    /// <summary>The three probabilities.</summary>
    /// <param name="logits">One a tower.</param>
    /// <param name="pCtr">P(first stage | impression).</param>
    /// <param name="pCvr">P(last stage | first stage, impression).</param>
    /// <param name="pCtcvr">P(last stage | impression).</param>
    internal abstract void Predict(ReadOnlySpan<double> logits, out double pCtr, out double pCvr, out double pCtcvr);

    /// <summary>Log loss of pCVR; the first stage was reached.</summary>
    internal abstract double CvrLoss(ReadOnlySpan<double> logits, bool converted);

    /// <summary>The logit of pCVR: ln(q / (1 − q)), from the two losses, neither of which cancels.</summary>
    internal virtual float CvrLogit(ReadOnlySpan<double> logits) => (float)(CvrLoss(logits, false) - CvrLoss(logits, true));
}

/// <summary>ESMM's.</summary>
internal sealed class ProductHead : Head
{
    internal override void Predict(ReadOnlySpan<double> logits, out double pCtr, out double pCvr, out double pCtcvr) => SigmoidProduct.Predict(logits[0], logits[1], out pCtr, out pCvr, out pCtcvr);

    internal override double CvrLoss(ReadOnlySpan<double> logits, bool converted) => SigmoidProduct.CtrLoss(logits[1], converted);

    internal override float CvrLogit(ReadOnlySpan<double> logits) => (float)logits[1];
}

/// <summary>A funnel of stages: each tower says whether the next one is reached.</summary>
internal sealed class ChainHead(int stages) : Head
{
    internal override void Predict(ReadOnlySpan<double> logits, out double pCtr, out double pCvr, out double pCtcvr)
    {
        pCtr = ExactMath.Sigmoid(logits[0]);
        pCvr = SigmoidChain.Predict(logits[1..stages]);
        pCtcvr = pCtr * pCvr;
    }

    internal override double CvrLoss(ReadOnlySpan<double> logits, bool converted) => SigmoidChain.Loss(logits[1..stages], converted);
}

/// <summary>Every tower says whether its stage is reached from the impression on, as AITM's do: pCVR is the quotient, at most 1.</summary>
internal sealed class EndToEndHead(int stages) : Head
{
    private const double LargestRate = 1 - (1.0 / (1 << 24));

    internal override void Predict(ReadOnlySpan<double> logits, out double pCtr, out double pCvr, out double pCtcvr)
    {
        pCtr = ExactMath.Sigmoid(logits[0]);
        pCtcvr = Math.Min(pCtr, ExactMath.Sigmoid(logits[stages - 1]));
        pCvr = Quotient(logits);
    }

    internal override double CvrLoss(ReadOnlySpan<double> logits, bool converted) =>
        converted ? Math.Max(0, ExactMath.Softplus(-logits[stages - 1]) - ExactMath.Softplus(-logits[0])) : -ExactMath.Log1p(-Math.Min(LargestRate, Quotient(logits)));

    private double Quotient(ReadOnlySpan<double> logits) => ExactMath.Exp(Math.Min(0, ExactMath.Softplus(-logits[0]) - ExactMath.Softplus(-logits[stages - 1])));
}

/// <summary>ESM²: click, a deciding action or another one, and purchase after either of them.</summary>
internal sealed class Esm2Head : Head
{
    internal override void Predict(ReadOnlySpan<double> logits, out double pCtr, out double pCvr, out double pCtcvr)
    {
        pCtr = ExactMath.Sigmoid(logits[0]);
        pCvr = TwoPaths.Predict(logits[1], logits[2], logits[3]);
        pCtcvr = pCtr * pCvr;
    }

    internal override double CvrLoss(ReadOnlySpan<double> logits, bool converted) => TwoPaths.Loss(logits[1], logits[2], logits[3], converted);
}
