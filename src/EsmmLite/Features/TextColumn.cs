namespace EsmmLite.Features;

/// <summary>UTF-8 values of one field, an impression each: one stretch of bytes, and where each value lies in it.</summary>
public readonly ref struct TextColumn
{
    private readonly ReadOnlySpan<byte> _text;
    private readonly ReadOnlySpan<int> _starts;
    private readonly ReadOnlySpan<int> _lengths;

    /// <summary>Creates a column over memory of the caller's.</summary>
    /// <param name="text">The bytes that the values lie in, in any order, with anything between them.</param>
    /// <param name="starts">The first byte of each value. [values]</param>
    /// <param name="lengths">The number of bytes of each value. [values]</param>
    public TextColumn(ReadOnlySpan<byte> text, ReadOnlySpan<int> starts, ReadOnlySpan<int> lengths)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(lengths.Length, starts.Length);
        _text = text;
        _starts = starts;
        _lengths = lengths;
    }

    /// <summary>Number of values.</summary>
    public int Count => _starts.Length;

    /// <summary>The bytes of a value.</summary>
    /// <param name="index">The value, from 0.</param>
    public ReadOnlySpan<byte> this[int index] => _text.Slice(_starts[index], _lengths[index]);

    /// <summary>Some of the values, in their order.</summary>
    /// <param name="first">The first value.</param>
    /// <param name="count">How many.</param>
    public TextColumn Slice(int first, int count) => new(_text, _starts.Slice(first, count), _lengths.Slice(first, count));
}
