using System.Buffers;
using System.Buffers.Binary;
using System.Globalization;
using System.Text.Unicode;
using EsmmLite.Diagnostics;
using EsmmLite.Features;

namespace EsmmLite.Formats;

/// <summary>
/// Sets a fraction of a log aside for validation: by row, or by the value of a column, so that all rows of a search, a user, a session go together.
/// </summary>
/// <remarks>A pure function of seed and value (or row number): unit = FarmHash64(seed, value) / 2^64, validation where unit is below the fraction.</remarks>
public sealed class Holdout
{
    private const int StackBytes = 384;

    private readonly ulong _seed;

    private Holdout(string? column, double fraction, ulong seed)
    {
        if (!(fraction > 0 && fraction < 1))
        {
            throw new EsmmException(EsmmErrorKind.Config, "a holdout fraction of " + fraction.ToString("R", CultureInfo.InvariantCulture), expected: "a number between 0 and 1, both excluded");
        }

        Column = column;
        Fraction = fraction;
        _seed = seed;
    }

    /// <summary>The column whose values are kept together; null when rows are taken one by one.</summary>
    public string? Column { get; }

    /// <summary>The expected share of rows, or of values, set aside.</summary>
    public double Fraction { get; }

    /// <summary>Takes rows one by one, by their number in the log.</summary>
    public static Holdout ByRow(double fraction, ulong seed) => new(null, fraction, seed);

    /// <summary>Keeps the rows of equal values together.</summary>
    public static Holdout ByColumn(string column, double fraction, ulong seed)
    {
        ArgumentException.ThrowIfNullOrEmpty(column);
        return new Holdout(column, fraction, seed);
    }

    /// <summary>Whether a row is set aside.</summary>
    /// <param name="row">Its number in the log.</param>
    public bool IsValidation(long row)
    {
        Span<byte> key = stackalloc byte[16];
        BinaryPrimitives.WriteUInt64LittleEndian(key, _seed);
        BinaryPrimitives.WriteInt64LittleEndian(key[8..], row);
        return IsBelow(key);
    }

    /// <summary>Whether the rows of a value are set aside. Integers count by their value: "7" and "7.0" go together.</summary>
    /// <param name="value">The text of <see cref="Column"/>.</param>
    public bool IsValidation(ReadOnlySpan<char> value)
    {
        byte[]? rented = value.Length <= StackBytes / 3 ? null : ArrayPool<byte>.Shared.Rent(checked(8 + value.Length * 3));
        Span<byte> key = rented ?? stackalloc byte[8 + StackBytes];
        Utf8.FromUtf16(value, key[8..], out _, out int length);
        Span<byte> scratch = stackalloc byte[IntegerText.MaxDigits + 1];
        if (IntegerText.TryCanonical(key.Slice(8, length), scratch, out ReadOnlySpan<byte> canonical))
        {
            canonical.CopyTo(key[8..]);
            length = canonical.Length;
        }

        BinaryPrimitives.WriteUInt64LittleEndian(key, _seed);
        bool below = IsBelow(key[..(8 + length)]);
        if (rented is not null)
        {
            ArrayPool<byte>.Shared.Return(rented);
        }

        return below;
    }

    /// <summary>The rule in words, with fraction and seed: equal for holdouts that set the same rows aside.</summary>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Fraction:R} by {(Column is null ? "row" : "column " + ErrorText.Quote(Column))}, seed {_seed}");

    private bool IsBelow(ReadOnlySpan<byte> key) => (FarmHash64.Hash(key) >> 11) * (1.0 / (1UL << 53)) < Fraction;
}
