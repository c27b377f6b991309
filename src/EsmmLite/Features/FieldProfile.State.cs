using System.Text;

namespace EsmmLite.Features;

/// <content>What a file keeps of it: integers.</content>
public sealed partial class FieldProfile
{
    private const long Version = 2, WithoutRuns = 1;
    private const int Head = 9;
    private const int LongsOfHeavy = 1 + (2 * HeavyValues.Most);
    private const int LongsOfShape = 1 + (TextShape.Longest / sizeof(long));

    /// <summary>
    /// The profile as a file keeps it: version, 1 for categories or 0 for numbers, count, missing, level, low and high (the bits of
    /// doubles; 0 for categories), number of cells, number of forms; then a pair for each cell (key, count); of categories the number of runs
    /// for each cell and, where not all are kept, what their heavy values' counts miss, and seven pairs of those, filled up with zeros; then
    /// four integers for each form: rows and its text in ASCII, filled up with zeros. Version 1 had no runs: there each row counts as one.
    /// </summary>
    public long[] ToState()
    {
        var state = new List<long> { Version, IsCategory ? 1 : 0, Count, Missing, Level, Bits(Low), Bits(High), Cells.Length, Shapes.Count };
        foreach ((ulong key, long count) in Cells)
        {
            state.Add((long)key);
            state.Add(count);
        }

        state.AddRange(Runs);
        if (IsCategory && Level > 0)
        {
            state.Add(Heavy.Missed);
            state.AddRange(Heavy.Counts.Concat(Enumerable.Repeat(default(KeyValuePair<ulong, long>), HeavyValues.Most - Heavy.Counts.Length)).SelectMany(pair => (long[])[(long)pair.Key, pair.Value]));
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
        bool hasRuns = isCategory && state.Length > 0 && state[0] != WithoutRuns;
        if (state.Length < Head || state[0] < WithoutRuns || state[1] != (isCategory ? 1 : 0) || cells < 0 || cells > most || shapes < 0 || shapes > MostShapes || state.Length != Head + ((hasRuns ? 3 : 2) * cells) + (hasRuns && state[4] > 0 ? LongsOfHeavy : 0) + (LongsOfShape * shapes))
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

        int next = Head + (2 * pairs.Length);
        long[] runs = hasRuns ? [.. state.Slice(next, pairs.Length)] : isCategory ? [.. pairs.Select(pair => pair.Value)] : [];
        next += hasRuns ? runs.Length : 0;
        (KeyValuePair<ulong, long>[] Counts, long Missed) heavy = ([], 0);
        if (hasRuns && level > 0)
        {
            heavy = ReadHeavy(state.Slice(next, LongsOfHeavy));
            next += LongsOfHeavy;
            good &= heavy.Missed >= 0 && heavy.Missed <= count - missing && heavy.Counts.All(pair => pair.Value > 0 && pair.Value <= count - missing);
        }
        else if (isCategory && level > 0)
        {
            heavy.Missed = count - missing; // of version 1: nothing is known
        }

        good &= runs.Zip(pairs).All(both => both.First >= 1 && both.First <= both.Second.Value);

        (double low, double high) = (BitConverter.Int64BitsToDouble(state[5]), BitConverter.Int64BitsToDouble(state[6]));
        if (!good || !double.IsFinite(low) || !double.IsFinite(high) || low > high)
        {
            throw Damaged(where, "its counts contradict each other");
        }

        return new FieldProfile(isCategory, count, missing, (int)level, pairs, ReadShapes(state[next..], where), isCategory || pairs.Length == 0 ? null : (low, high)) { Runs = runs, Heavy = heavy };
    }

    private static (KeyValuePair<ulong, long>[] Counts, long Missed) ReadHeavy(ReadOnlySpan<long> state)
    {
        List<KeyValuePair<ulong, long>> counts = [];
        for (int i = 1; i < state.Length; i += 2)
        {
            if (state[i + 1] != 0)
            {
                counts.Add(KeyValuePair.Create((ulong)state[i], state[i + 1]));
            }
        }

        return ([.. counts], state[0]);
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
