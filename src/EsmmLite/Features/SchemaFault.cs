namespace EsmmLite.Features;

/// <summary>A fault of a schema.</summary>
/// <param name="Path">Where, as in a config: <c>fields[3].buckets</c>.</param>
/// <param name="Message">What is wrong and what was expected.</param>
public sealed record SchemaFault(string Path, string Message);
