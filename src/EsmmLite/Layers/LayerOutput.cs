namespace EsmmLite.Layers;

/// <summary>What a layer gave for one impression.</summary>
/// <param name="Name">The layer, such as <c>ctr.dense0</c>; <c>input</c> for what the towers read.</param>
/// <param name="Values">Its outputs, behind the rectifier where it has one.</param>
public sealed record LayerOutput(string Name, IReadOnlyList<float> Values);
