namespace EsmmLite.Formats.Drafting;

/// <summary>A choice and its reason.</summary>
/// <typeparam name="T">What was chosen.</typeparam>
/// <param name="Value">The choice.</param>
/// <param name="Why">The reason.</param>
public sealed record Explained<T>(T Value, string Why);
