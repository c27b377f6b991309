using System.Globalization;
using System.Runtime.InteropServices;
using System.Text;
using EsmmLite.Diagnostics;

namespace EsmmLite.Features;

/// <summary>A field that has one value whenever an impression is scored: it is encoded once, and no other is taken.</summary>
internal sealed class FixedEncoder : FieldEncoder
{
    private readonly FieldEncoder _learned;
    private readonly int _id;
    private readonly float[] _numbers;

    /// <exception cref="EsmmException">The field can't hold the value.</exception>
    public FixedEncoder(FieldEncoder learned, string text)
        : base(learned.Field)
    {
        _learned = learned;
        var one = new ImpressionBatch(learned.Dim > 0 ? 1 : 0, learned.NumberWidth, 0, 1);
        learned.Encode(Encoding.UTF8.GetBytes(text), one, 0, 0);
        _id = learned.Dim > 0 ? one.Ids(0)[0] : 0;
        _numbers = [.. Enumerable.Range(0, learned.NumberWidth).Select(slot => one.Numbers(slot)[0])];
    }

    public override int Rows => _learned.Rows;

    public override int Dim => _learned.Dim;

    public override int NumberWidth => _learned.NumberWidth;

    internal override void Encode(ReadOnlySpan<byte> utf8, ImpressionBatch batch, int slot, int row) => throw Refuse(ErrorText.Quote(utf8));

    internal override void Encode(TextColumn values, ImpressionBatch batch, int slot, int firstRow)
    {
        if (values.Count > 0)
        {
            throw Refuse(ErrorText.Quote(values[0]));
        }
    }

    internal override void Encode(long value, ImpressionBatch batch, int slot, int row) => throw Refuse(value.ToString(CultureInfo.InvariantCulture));

    internal override void Encode(double value, ImpressionBatch batch, int slot, int row) => throw Refuse(NumberReader.Describe(value));

    internal override void EncodeMissing(ImpressionBatch batch, int slot, int row)
    {
        if (Dim > 0)
        {
            batch.Ids(slot)[row] = _id;
        }

        for (int i = 0; i < _numbers.Length; i++)
        {
            batch.Numbers(slot + i)[row] = _numbers[i];
        }
    }

    /// <summary>The first impression of a batch with another value; -1 if there is none.</summary>
    public int FirstOther(ImpressionBatch batch, int slot)
    {
        int first = Dim > 0 ? batch.Ids(slot)[..batch.Count].IndexOfAnyExcept(_id) : -1;
        for (int i = 0; i < _numbers.Length && first < 0; i++)
        {
            // Bits, as everywhere: 0 and -0 are two values.
            first = MemoryMarshal.Cast<float, int>(batch.Numbers(slot + i)[..batch.Count]).IndexOfAnyExcept(BitConverter.SingleToInt32Bits(_numbers[i]));
        }

        return first;
    }

    private EsmmException Refuse(string value) =>
        new(EsmmErrorKind.Usage, "value " + value + " in a field that is fixed at " + ErrorText.Quote(Field.FixedAtServing) + " when serving", "field " + ErrorText.Quote(Field.Name), "no value",
            "Leave it out: the field is not known in time, so every impression is scored with the fixed value.");
}
