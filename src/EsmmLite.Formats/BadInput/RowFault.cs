using System.Globalization;
using EsmmLite.Diagnostics;
using EsmmLite.Features;

namespace EsmmLite.Formats.BadInput;

/// <summary>Why a row can't be used.</summary>
/// <param name="Reason">In a few words, the same for all rows of the kind: rows are counted by it.</param>
/// <param name="Error">At length, without the row's place.</param>
internal sealed record RowFault(string Reason, EsmmException Error)
{
    public static RowFault Ragged(int fields, int expected) => new(fields < expected ? "too few fields" : "too many fields", new EsmmException(
        EsmmErrorKind.Data, string.Create(CultureInfo.InvariantCulture, $"the record has {fields} fields"), null, string.Create(CultureInfo.InvariantCulture, $"{expected} as in the header"),
        "A delimiter inside a value needs quotes around the value."));

    public static RowFault Nul { get; } = new("NUL character", new EsmmException(
        EsmmErrorKind.Data, "the record holds the character NUL", null, "text", "A crash of the program that wrote the file may have left zeros; UTF-16 files are full of them."));

    public static RowFault Json(string reason, string what, string? key = null, string? expected = null, string? hint = null) => new(
        key is null ? reason : key + ": " + reason, new EsmmException(EsmmErrorKind.Data, what, key is null ? null : "key " + ErrorText.Quote(key), expected, hint));

    public static RowFault Value(string column, ValueFault fault, EsmmException error) => new(column + ": " + fault switch
    {
        ValueFault.NotFinite => "not finite",
        ValueFault.TooLarge => "too large for a float",
        ValueFault.NotAnInteger => "not an integer",
        _ => "not a number",
    }, error);

    public static RowFault Overflow(string column, EsmmException error) => new(column + ": too large for a float once standardised", error);

    public static RowFault Label(string column, bool counts, EsmmException error) => new(column + (counts ? ": no count" : ": neither 0 nor 1"), error);

    public static RowFault Time(string column, EsmmException error) => new(column + ": no usable time", error);
}
