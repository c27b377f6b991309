using System.Buffers;
using System.Text;
using System.Text.Unicode;
using EsmmLite.Diagnostics;

namespace EsmmLite.Features;

/// <summary>
/// Tells, without an exception, whether the fields of a schema take a text: what learning and encoding would refuse. A log can so be
/// cleared of bad rows before anything is learned from them.
/// </summary>
public sealed class FieldCheck
{
    private const int StackBytes = 384;
    private const int PlainDigits = 15;

    private readonly NumberReader?[] _numbers;
    private readonly CategoryReader?[] _integers;
    private readonly ListCheck?[] _lists; // whose values or weights may be refused

    /// <summary>Creates the check.</summary>
    /// <param name="schema">The schema.</param>
    public FieldCheck(Schema schema)
    {
        ArgumentNullException.ThrowIfNull(schema);
        var missing = new MissingTexts(schema);
        _numbers = [.. schema.Fields.Select(field => field is NumericField number ? new NumberReader(number, missing) : null)];
        _integers = [.. schema.Fields.Select(field => field switch
        {
            HashedField { Integer: true } hashed => new CategoryReader(hashed.Name, true, hashed.Missing, missing),
            VocabularyField { Integer: true } vocabulary => new CategoryReader(vocabulary.Name, true, vocabulary.Missing, missing),
            _ => null,
        })];
        _lists = [.. schema.Fields.Select((field, f) => field.List is { } list && (list.WeightSeparator is not null || _integers[f] is not null) ? new ListCheck(field, _integers[f], missing) : null)];
    }

    /// <summary>Whether there are texts that a field refuses; others need not be looked at.</summary>
    /// <param name="field">The field's place in the schema.</param>
    public bool CanRefuse(int field) => _numbers[field] is not null || _integers[field] is not null || _lists[field] is not null;

    /// <summary>Why a field refuses a text; <see cref="ValueFault.None"/> where it doesn't.</summary>
    /// <param name="field">The field's place in the schema.</param>
    /// <param name="text">The text.</param>
    public ValueFault FaultOf(int field, ReadOnlySpan<char> text)
    {
        NumberReader? number = _numbers[field];
        if ((_lists[field] is null && IsPlain(text, number is not null)) || !CanRefuse(field))
        {
            return ValueFault.None;
        }

        byte[]? rented = text.Length <= StackBytes / 3 ? null : ArrayPool<byte>.Shared.Rent(checked(text.Length * 3));
        Span<byte> buffer = rented ?? stackalloc byte[StackBytes];
        Utf8.FromUtf16(text, buffer, out _, out int length);
        ReadOnlySpan<byte> utf8 = buffer[..length];
        ValueFault fault = _lists[field] is { } list ? list.FaultOf(utf8) : number is not null ? number.Examine(utf8, out _, out _) : _integers[field]!.Refuses(utf8) ? ValueFault.NotAnInteger : ValueFault.None;
        if (rented is not null)
        {
            ArrayPool<byte>.Shared.Return(rented);
        }

        return fault;
    }

    /// <summary>The exception that learning and encoding would throw.</summary>
    /// <param name="field">The field's place in the schema.</param>
    /// <param name="text">A text that the field refuses.</param>
    public EsmmException Explain(int field, ReadOnlySpan<char> text) => _lists[field] is { } list
        ? list.Explain(Encoding.UTF8.GetBytes(text.ToArray()))
        : _numbers[field] is { } number
        ? number.Refuse(ErrorText.Quote(text), FaultOf(field, text))
        : _integers[field]!.NotInteger(ErrorText.Quote(text));

    /// <summary>Whether a text is a short decimal number, as almost all are: no reader refuses one.</summary>
    private static bool IsPlain(ReadOnlySpan<char> text, bool fraction)
    {
        int at = text.Length > 0 && text[0] == '-' ? 1 : 0, digits = 0, points = 0;
        if (text.Length > PlainDigits)
        {
            return false;
        }

        for (; at < text.Length; at++)
        {
            if (char.IsAsciiDigit(text[at]))
            {
                digits++;
            }
            else if (text[at] != '.' || !fraction || ++points > 1)
            {
                return false;
            }
        }

        return digits > 0;
    }
}
