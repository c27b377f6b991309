namespace EsmmLite.Features;

/// <summary>A form of values, such as <c>a_9</c> for <c>user_101</c>.</summary>
/// <param name="Text">The form: 9 for digits, a for small letters, A for capitals, * for other letters; cut after 24 characters.</param>
/// <param name="Rows">Rows with such a value, among those that were looked at.</param>
public sealed record ValueShape(string Text, long Rows);
