using System.Buffers;
using System.Buffers.Binary;
using System.Globalization;
using System.Text.Unicode;
using EsmmLite.Diagnostics;
using EsmmLite.Features;

namespace EsmmLite.Formats;

/// <summary>
/// Sets a fraction of a log aside for validation: by row; by the value of a column, so that all rows of a search, a user, a session go
/// together; or the newest impressions.
/// </summary>
/// <remarks>
/// By row and column it is a pure function of seed and value (or row number): unit = FarmHash64(seed, value) / 2^64, validation where unit
/// is below the fraction. By time it is a threshold that <see cref="Times.TimeSplit"/> finds in the log.
/// </remarks>
public sealed class Holdout
{
    private const int StackBytes = 384;

    private readonly ulong _seed;

    private Holdout(string? column, double fraction, ulong seed, bool byTime = false, DateTimeOffset? threshold = null)
    {
        if (!(fraction > 0 && fraction < 1))
        {
            throw new EsmmException(EsmmErrorKind.Config, "a holdout fraction of " + fraction.ToString("R", CultureInfo.InvariantCulture), expected: "a number between 0 and 1, both excluded");
        }

        Column = column;
        Fraction = fraction;
        _seed = seed;
        IsByTime = byTime;
        Threshold = threshold;
    }

    /// <summary>The column whose values are kept together; null when rows are taken one by one.</summary>
    public string? Column { get; }

    /// <summary>The expected share of rows, or of values, set aside.</summary>
    public double Fraction { get; }

    /// <summary>Whether the newest impressions are set aside.</summary>
    public bool IsByTime { get; }

    /// <summary>The first time at which impressions are set aside; null as long as it is not known, and for other holdouts.</summary>
    public DateTimeOffset? Threshold { get; }

    /// <summary>Takes rows one by one, by their number in the log.</summary>
    public static Holdout ByRow(double fraction, ulong seed) => new(null, fraction, seed);

    /// <summary>Keeps the rows of equal values together.</summary>
    public static Holdout ByColumn(string column, double fraction, ulong seed)
    {
        ArgumentException.ThrowIfNullOrEmpty(column);
        return new Holdout(column, fraction, seed);
    }

    /// <summary>Takes the newest impressions; those of one time stay together. <see cref="Times.TimeSplit"/> finds from when on.</summary>
    public static Holdout ByTime(double fraction) => new(null, fraction, 0, byTime: true);

    /// <summary>Takes the impressions from a time on.</summary>
    /// <param name="threshold">The first time that is set aside.</param>
    public Holdout From(DateTimeOffset threshold) => new(null, Fraction, 0, byTime: true, threshold.ToUniversalTime());

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

    /// <summary>Whether an impression is set aside by its time.</summary>
    /// <param name="shown">When it was shown, in ticks of UTC.</param>
    public bool IsNewest(long shown) => shown >= Threshold!.Value.UtcTicks;

    /// <summary>The rule in words, with fraction and seed: equal for holdouts that set the same rows of a log aside.</summary>
    public override string ToString() => IsByTime
        ? string.Create(CultureInfo.InvariantCulture, $"{Fraction:R} by time")
        : string.Create(CultureInfo.InvariantCulture, $"{Fraction:R} by {(Column is null ? "row" : "column " + ErrorText.Quote(Column))}, seed {_seed}");

    /// <summary>The rule in words, with the threshold of a holdout by time.</summary>
    public string Described => Threshold is { } threshold ? this + ", from " + Times.TimeText.Of(threshold.UtcTicks) + " on" : ToString();

    private bool IsBelow(ReadOnlySpan<byte> key) => (FarmHash64.Hash(key) >> 11) * (1.0 / (1UL << 53)) < Fraction;
}
