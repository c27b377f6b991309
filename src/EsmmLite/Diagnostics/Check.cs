using System.Diagnostics.CodeAnalysis;

namespace EsmmLite;

/// <summary>Shape checks for the entries of kernels and layers: the message names the span, its length and what it needed.</summary>
internal static class Check
{
    internal static void AtLeast(int length, long needed, string name)
    {
        if (length < needed)
        {
            TooShort(length, needed, name);
        }
    }

    internal static void SameLength(int length, int other, string name, string otherName)
    {
        if (length != other)
        {
            throw new ArgumentException($"{name} has {length} elements and {otherName} {other}; they must be equally long.", name);
        }
    }

    /// <summary>A destination must not share memory with a source: results would depend on the block shape.</summary>
    internal static void NoOverlap<T>(ReadOnlySpan<T> source, ReadOnlySpan<T> destination, string name)
    {
        if (source.Overlaps(destination))
        {
            throw new ArgumentException($"{name} overlaps the destination; give separate memory.", name);
        }
    }

    [DoesNotReturn]
    private static void TooShort(int length, long needed, string name) =>
        throw new ArgumentException($"{name} has {length} elements; this shape needs at least {needed}.", name);
}
