namespace EsmmLite.Scoring;

/// <summary>What the model says of one impression. Each value is rounded once from double.</summary>
/// <param name="PCtr">P(click | impression).</param>
/// <param name="PCvr">P(conversion | click, impression): if it were clicked, would it convert.</param>
/// <param name="PCtcvr">P(click and conversion | impression), the product of the other two before rounding.</param>
public readonly record struct Prediction(float PCtr, float PCvr, float PCtcvr);
