namespace EsmmLite.Scoring;

/// <summary>A candidate's place in a ranking is its place in the list; this is who it is and what put it there.</summary>
/// <param name="Candidate">Number of the candidate.</param>
/// <param name="Score">Its score by the expression ranked by; finite.</param>
public readonly record struct Ranked(int Candidate, double Score);

/// <summary>
/// What candidates are ranked by: a number made of a prediction and, if wanted, of the caller's own values for the candidate.
/// Implement it as a struct: the call is then compiled into the ranking, without a delegate or a virtual call.
/// </summary>
/// <remarks>
/// <code>
/// readonly struct ByMargin(Item[] items) : IRankScore
/// {
///     public double Of(in Prediction prediction, int candidate) => items[candidate].Margin * prediction.PCtcvr;
/// }
/// </code>
/// </remarks>
public interface IRankScore
{
    /// <summary>The score of a candidate: finite, the larger the better.</summary>
    /// <param name="prediction">What the model says of it.</param>
    /// <param name="candidate">Its number.</param>
    double Of(in Prediction prediction, int candidate);
}
