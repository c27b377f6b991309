namespace EsmmLite.Memory;

/// <summary>Memory that a model, a trainer or a scorer holds for one purpose, counted from its own buffers.</summary>
/// <param name="Kind">What it is for, such as <c>table moments</c>.</param>
/// <param name="Bytes">How much.</param>
public readonly record struct MemoryPart(string Kind, long Bytes);
