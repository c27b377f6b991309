using System.Globalization;
using EsmmLite.Features;

namespace EsmmLite.Model;

/// <summary>Which row of an earlier embedding table a row begins with, by what the rows stand for.</summary>
/// <param name="What">What becomes of the table.</param>
/// <param name="Detail">In words.</param>
/// <param name="SourceOf">The earlier row of a row; null where the table begins anew.</param>
internal sealed record TableInheritance(Inherited What, string Detail, Func<int, int>? SourceOf = null)
{
    internal static TableInheritance Of(FieldEncoder now, FieldEncoder earlier)
    {
        // A list's rows stand for its values.
        (now, earlier) = ((now as ListEncoder)?.Values ?? now, (earlier as ListEncoder)?.Values ?? earlier);
        if (now.Dim != earlier.Dim && now.Dim > 0 && earlier.Dim > 0)
        {
            return Anew(string.Create(CultureInfo.InvariantCulture, $"dim {earlier.Dim} became {now.Dim}"));
        }

        return (now, earlier) switch
        {
            (HashedEncoder, HashedEncoder) => Hashed(now.Rows, earlier.Rows),
            (CrossedEncoder, CrossedEncoder) => IsSameCross((CrossedField)now.Field, (CrossedField)earlier.Field) ? Hashed(now.Rows, earlier.Rows) : Anew("it crossed other fields, or with another key"),
            (VocabularyEncoder, VocabularyEncoder) => Vocabulary(now.Vocabulary!, earlier.Vocabulary!),
            (AdmittedEncoder, AdmittedEncoder) => Admitted((HashedField)now.Field, (HashedField)earlier.Field, now.Vocabulary!, earlier.Vocabulary!),
            (BucketEncoder buckets, BucketEncoder before) => Buckets(buckets, before),
            (NumberEncoder, NumberEncoder) => now.NumberWidth > earlier.NumberWidth ? new(Inherited.Grown, "whether it is missing is an input now") : new(Inherited.Kept, ""),
            _ => Anew("its kind was another"),
        };
    }

    private static TableInheritance Anew(string why) => new(Inherited.New, why);

    /// <summary>A hash modulo a multiple of the old number of buckets still tells the old bucket.</summary>
    private static TableInheritance Hashed(int rows, int before) =>
        rows == before ? new(Inherited.Kept, "", row => row)
        : rows % before == 0 ? new(Inherited.Grown, Text($"{before} buckets became {rows}, each of the old ones the beginning of {rows / before}"), row => row % before)
        : Anew(Text($"{before} buckets became {rows}, which is no multiple"));

    /// <summary>An entry begins with its own row, or, as it was scored so far, with that of unknown values.</summary>
    private static TableInheritance Vocabulary(VocabularyTable now, VocabularyTable earlier)
    {
        int[] sources = new int[now.Count + 1];
        int found = 0;
        for (int entry = 0; entry < now.Count; entry++)
        {
            sources[entry + 1] = earlier.Find(now.Entry(entry)) + 1;
            found += sources[entry + 1] > 0 ? 1 : 0;
        }

        int added = now.Count - found, dropped = earlier.Count - found;
        string detail = Text($"{found} entries kept") + (added > 0 ? Text($", {added} new") : "") + (dropped > 0 ? Text($", {dropped} dropped") : "");
        return new(added > 0 ? Inherited.Grown : Inherited.Kept, detail, row => sources[row]);
    }

    /// <summary>Admitted buckets go by their numbers, which mean the same values only among as many.</summary>
    private static TableInheritance Admitted(HashedField now, HashedField earlier, VocabularyTable table, VocabularyTable before) =>
        now.Buckets == earlier.Buckets ? Vocabulary(table, before) : Anew(Text($"{earlier.Buckets} buckets became {now.Buckets}"));

    private static bool IsSameCross(CrossedField now, CrossedField earlier) => now.Of.SequenceEqual(earlier.Of) && now.HashKey == earlier.HashKey;

    /// <summary>A bucket begins with the row of the old bucket that its middle lies in.</summary>
    private static TableInheritance Buckets(BucketEncoder now, BucketEncoder earlier)
    {
        double[] bounds = [.. now.Bounds], before = [.. earlier.Bounds];
        if (bounds.AsSpan().SequenceEqual(before))
        {
            return new(Inherited.Kept, "", row => row);
        }

        return new(Inherited.Grown, Text($"{before.Length + 1} buckets became {bounds.Length + 1}, or their bounds moved"), row => row == 0 ? 0 : earlier.RowOf(Middle(row - 1)));

        double Middle(int bucket) => bounds.Length == 0 ? 0
            : bucket == 0 ? Math.BitDecrement(bounds[0])
            : bucket == bounds.Length ? bounds[^1]
            : bounds[bucket - 1] + ((bounds[bucket] - bounds[bucket - 1]) / 2);
    }

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
