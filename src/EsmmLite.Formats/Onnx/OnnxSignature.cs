namespace EsmmLite.Formats.Onnx;

/// <summary>What an exported graph reads and gives.</summary>
/// <param name="Inputs">In the order of the schema's fields.</param>
/// <param name="Outputs">pctr, pcvr and pctcvr.</param>
public sealed record OnnxSignature(IReadOnlyList<OnnxInput> Inputs, IReadOnlyList<OnnxOutput> Outputs);

/// <summary>One input of an exported graph, of shape [batch].</summary>
/// <param name="Name">Its name in the graph: the field's, unless that is taken.</param>
/// <param name="Field">Index of its field in the schema.</param>
/// <param name="IsId">Whether it holds rows of an embedding table, as INT64, and not numbers, as FLOAT.</param>
/// <param name="Slot">The id slot or the number slot of an <see cref="Features.ImpressionBatch"/> that holds the same values.</param>
/// <param name="Values">What values it takes, in words.</param>
public sealed record OnnxInput(string Name, int Field, bool IsId, int Slot, string Values);

/// <summary>One output of an exported graph: FLOAT of shape [batch].</summary>
/// <param name="Name">Its name in the graph.</param>
/// <param name="Values">What it means, in words.</param>
public sealed record OnnxOutput(string Name, string Values);
