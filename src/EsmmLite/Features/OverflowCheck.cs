using System.Buffers;
using System.Text.Unicode;
using EsmmLite.Diagnostics;

namespace EsmmLite.Features;

/// <summary>
/// Tells, without an exception, which numbers are too large for a float once they are standardised: what a <see cref="FieldCheck"/> can't know,
/// because it takes the means and deviations of training.
/// </summary>
public sealed class OverflowCheck
{
    private const int StackBytes = 384;
    private const int PlainLength = 15;

    private readonly NumberEncoder?[] _encoders; // of the fields that have such numbers
    private readonly bool[] _plainToo;

    /// <summary>Creates the check.</summary>
    /// <param name="space">The feature space that encodes.</param>
    public OverflowCheck(FeatureSpace space)
    {
        ArgumentNullException.ThrowIfNull(space);
        _encoders = [.. space.Encoders.Select(encoder => encoder is NumberEncoder { MayOverflow: true } number ? number : null)];
        _plainToo = [.. _encoders.Select(encoder => encoder?.OverflowsAt(1e15) == true)];
    }

    /// <summary>Whether a field has such numbers; others need not be looked at.</summary>
    /// <param name="field">The field's place in the schema.</param>
    public bool CanRefuse(int field) => _encoders[field] is not null;

    /// <summary>Whether a text is such a number.</summary>
    /// <param name="field">The field's place in the schema.</param>
    /// <param name="text">The text.</param>
    public bool Refuses(int field, ReadOnlySpan<char> text)
    {
        if (_encoders[field] is not { } encoder || (!_plainToo[field] && text.Length <= PlainLength && !text.ContainsAny('e', 'E')))
        {
            return false;
        }

        byte[]? rented = text.Length <= StackBytes / 3 ? null : ArrayPool<byte>.Shared.Rent(checked(text.Length * 3));
        Span<byte> buffer = rented ?? stackalloc byte[StackBytes];
        Utf8.FromUtf16(text, buffer, out _, out int length);
        bool overflows = encoder.Overflows(buffer[..length]);
        if (rented is not null)
        {
            ArrayPool<byte>.Shared.Return(rented);
        }

        return overflows;
    }

    /// <summary>The exception that encoding would throw.</summary>
    /// <param name="field">The field's place in the schema.</param>
    /// <param name="text">A text that the check refuses.</param>
    public EsmmException Explain(int field, ReadOnlySpan<char> text)
        => _encoders[field]?.Refuse(ErrorText.Quote(text)) ?? throw new ArgumentException("The field has no such numbers.", nameof(field));
}
