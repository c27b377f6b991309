using System.Text;

namespace EsmmLite.Features;

/// <content>What a file keeps of it: integers.</content>
public sealed partial class FieldProfile
{
    private const long Version = 1;
    private const int Head = 9;
    private const int LongsOfShape = 1 + (TextShape.Longest / sizeof(long));

    /// <summary>
    /// The profile as a file keeps it: version, 1 for categories or 0 for numbers, count, missing, level, low and high (the bits of
    /// doubles; 0 for categories), number of cells, number of forms; then a pair for each cell (key, count); then four integers for each
    /// form: rows and its text in ASCII, filled up with zeros.
    /// </summary>
    public long[] ToState()
    {
        var state = new List<long> { Version, IsCategory ? 1 : 0, Count, Missing, Level, Bits(Low), Bits(High), Cells.Length, Shapes.Count };
        foreach ((ulong key, long count) in Cells)
        {
            state.Add((long)key);
            state.Add(count);
        }

        foreach (ValueShape shape in Shapes)
        {
            state.Add(shape.Rows);
            byte[] text = new byte[TextShape.Longest];
            Encoding.ASCII.GetBytes(shape.Text, text);
            for (int i = 0; i < text.Length; i += sizeof(long))
            {
                state.Add(System.Buffers.Binary.BinaryPrimitives.ReadInt64LittleEndian(text.AsSpan(i)));
            }
        }

        return [.. state];
    }

    /// <summary>Restores a profile.</summary>
    /// <param name="state">What <see cref="ToState"/> gave.</param>
    /// <param name="isCategory">Whether the field's values are texts or codes.</param>
    /// <param name="where">The place, for the message.</param>
    /// <returns>The profile; null where it is of a later version.</returns>
    /// <exception cref="EsmmException">It is none (<see cref="EsmmErrorKind.ModelFile"/>).</exception>
    public static FieldProfile? FromState(ReadOnlySpan<long> state, bool isCategory, string where)
    {
        if (state.Length > 0 && state[0] > Version)
        {
            return null;
        }

        long cells = state.Length < Head ? -1 : state[7], shapes = state.Length < Head ? -1 : state[8];
        int most = isCategory ? ValueSketch.Limit : NumberSketch.Limit;
        if (state.Length < Head || state[0] != Version || state[1] != (isCategory ? 1 : 0) || cells < 0 || cells > most || shapes < 0 || shapes > MostShapes || state.Length != Head + (2 * cells) + (LongsOfShape * shapes))
        {
            throw Damaged(where, "its head and length don't fit");
        }

        (long count, long missing, long level) = (state[2], state[3], state[4]);
        var pairs = new KeyValuePair<ulong, long>[cells];
        long sum = missing;
        bool good = missing >= 0 && missing <= count && level is >= 0 and < 64;
        for (int i = 0; i < pairs.Length; i++)
        {
            pairs[i] = KeyValuePair.Create((ulong)state[Head + (2 * i)], state[Head + (2 * i) + 1]);
            good &= pairs[i].Value > 0 && pairs[i].Value <= count - sum && (i == 0 || pairs[i].Key > pairs[i - 1].Key) && (isCategory ? level == 0 || ValueSketch.Keeps(pairs[i].Key, (int)Math.Clamp(level, 0, 63)) : pairs[i].Key < 1 << 16);
            sum += good ? pairs[i].Value : 0;
        }

        (double low, double high) = (BitConverter.Int64BitsToDouble(state[5]), BitConverter.Int64BitsToDouble(state[6]));
        if (!good || !double.IsFinite(low) || !double.IsFinite(high) || low > high)
        {
            throw Damaged(where, "its counts contradict each other");
        }

        return new FieldProfile(isCategory, count, missing, (int)level, pairs, ReadShapes(state[(Head + (2 * pairs.Length))..], where), isCategory || pairs.Length == 0 ? null : (low, high));
    }

    private static ValueShape[] ReadShapes(ReadOnlySpan<long> state, string where)
    {
        var shapes = new ValueShape[state.Length / LongsOfShape];
        Span<byte> text = stackalloc byte[TextShape.Longest];
        for (int i = 0; i < shapes.Length; i++)
        {
            ReadOnlySpan<long> one = state.Slice(i * LongsOfShape, LongsOfShape);
            for (int part = 1; part < LongsOfShape; part++)
            {
                System.Buffers.Binary.BinaryPrimitives.WriteInt64LittleEndian(text[((part - 1) * sizeof(long))..], one[part]);
            }

            ReadOnlySpan<byte> ascii = text.TrimEnd((byte)0);
            if (one[0] < 0 || ascii.ContainsAnyExceptInRange((byte)0x20, (byte)0x7e))
            {
                throw Damaged(where, "a form of values is not printable");
            }

            shapes[i] = new ValueShape(Encoding.ASCII.GetString(ascii), one[0]);
        }

        return shapes;
    }

    private static long Bits(double? number) => BitConverter.DoubleToInt64Bits(number ?? 0);

    private static EsmmException Damaged(string where, string what)
        => new(EsmmErrorKind.ModelFile, what, where, "the profile of a field", "The model file is damaged, or was not written by EsmmLite.");
}
