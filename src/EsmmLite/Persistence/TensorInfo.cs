using System.Collections.Immutable;

namespace EsmmLite.Persistence;

/// <summary>What a file's header says of a tensor.</summary>
/// <param name="Name">The tensor's name.</param>
/// <param name="Type">Its element type; null for a type this version does not know, allowed only where <see cref="IsExtension"/>.</param>
/// <param name="Shape">Its dims, row-major; none for a single value.</param>
/// <param name="Offset">Its first byte, counted from the start of the file.</param>
/// <param name="ByteLength">Its size in bytes.</param>
public sealed record TensorInfo(string Name, DType? Type, ImmutableArray<long> Shape, long Offset, long ByteLength)
{
    /// <summary>How the names of optional tensors start, which a reader that does not know them may ignore.</summary>
    public const string ExtensionPrefix = "x.";

    /// <summary>Whether the tensor may be ignored by a reader that does not know it.</summary>
    public bool IsExtension => Name.StartsWith(ExtensionPrefix, StringComparison.Ordinal);

    /// <summary>A shape as text: <c>[rows x dim]</c>.</summary>
    internal static string Text(ImmutableArray<long> shape) => "[" + string.Join(" x ", shape) + "]";
}
