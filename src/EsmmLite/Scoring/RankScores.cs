using System.Diagnostics.CodeAnalysis;
using EsmmLite.Features;
using EsmmLite.Kernels;

namespace EsmmLite.Scoring;

/// <summary>Ranks by pCTCVR: the probability of a click and a conversion.</summary>
[SuppressMessage("Performance", "CA1815:Override equals and operator equals on value types", Justification = "Expressions are not compared.")]
public readonly struct ByPCtcvr : IRankScore
{
    /// <inheritdoc/>
    public double Of(in Prediction prediction, int candidate) => prediction.PCtcvr;
}

/// <summary>Ranks by value · pCTCVR, what an impression is expected to bring: eCPM of a bid per conversion, or sales of a price.</summary>
/// <param name="values">What a conversion of each candidate is worth. [candidates]</param>
public readonly ref struct ByExpectedValue(ReadOnlySpan<double> values) : IRankScore
{
    private readonly ReadOnlySpan<double> _values = values;

    /// <inheritdoc/>
    public double Of(in Prediction prediction, int candidate) => CandidateValue.At(_values, candidate) * prediction.PCtcvr;
}

/// <summary>
/// Ranks by pCTR^a · pCVR^b · value^c, the weighted product that ranking teams tune. (1, 0) with bids per click is the eCPM of
/// clicks; c below 0 prefers small values.
/// </summary>
/// <remarks>Powers other than 0 and 1 are taken as e^(a ln p) with <see cref="ExactMath"/>, so a ranking has the same bits on every machine.</remarks>
public readonly ref struct ByPowers : IRankScore
{
    private readonly double _ctrPower, _cvrPower, _valuePower;
    private readonly ReadOnlySpan<double> _values;

    /// <summary>Powers of the two probabilities alone.</summary>
    /// <param name="ctrPower">a; finite, 0 or more.</param>
    /// <param name="cvrPower">b; finite, 0 or more.</param>
    public ByPowers(double ctrPower, double cvrPower)
        : this(ctrPower, cvrPower, default, 0)
    {
    }

    /// <summary>Powers of the two probabilities and of a value.</summary>
    /// <param name="ctrPower">a; finite, 0 or more.</param>
    /// <param name="cvrPower">b; finite, 0 or more.</param>
    /// <param name="values">A value of each candidate, such as its price or bid: above 0 unless c is 0 or 1. [candidates]</param>
    /// <param name="valuePower">c; finite.</param>
    public ByPowers(double ctrPower, double cvrPower, ReadOnlySpan<double> values, double valuePower = 1)
    {
        (_ctrPower, _cvrPower, _valuePower) = (Require(ctrPower, 0, "ctrPower"), Require(cvrPower, 0, "cvrPower"), Require(valuePower, double.MinValue, "valuePower"));
        _values = values;
    }

    /// <inheritdoc/>
    public double Of(in Prediction prediction, int candidate)
    {
        double score = Power(prediction.PCtr, _ctrPower) * Power(prediction.PCvr, _cvrPower);
        return _valuePower == 0 ? score : score * Power(CandidateValue.At(_values, candidate), _valuePower);
    }

    private static double Power(double x, double power) => power switch
    {
        0 => 1,
        1 => x,
        _ => ExactMath.Exp(power * ExactMath.Log(x)),
    };

    private static double Require(double power, double least, string name) => power >= least && double.IsFinite(power)
        ? power
        : throw new EsmmException(EsmmErrorKind.Usage, $"{name} is {NumberReader.Describe(power)}", null, least == 0 ? "a finite number, 0 or more" : "a finite number");
}

/// <summary>A caller's value of one candidate.</summary>
internal static class CandidateValue
{
    internal static double At(ReadOnlySpan<double> values, int candidate) => (uint)candidate < (uint)values.Length
        ? values[candidate]
        : throw new EsmmException(EsmmErrorKind.Usage, $"there are {values.Length} values", $"candidate {candidate}", "one for each candidate");
}
