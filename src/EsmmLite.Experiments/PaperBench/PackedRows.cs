using EsmmLite.Features;

namespace EsmmLite.Experiments.PaperBench;

/// <summary>
/// Some fields of many impressions, a record each: of a list only the values that are there. Records lie one behind the other in blocks, and are read by number.
/// </summary>
/// <param name="space">The feature space.</param>
/// <param name="fields">The fields, by their places in the schema.</param>
internal sealed class PackedRows(FeatureSpace space, IReadOnlyList<int> fields)
{
    private const int BlockBits = 12;
    private const int BlockRows = 1 << BlockBits;

    private readonly FieldSlots[] _fields = [.. fields.Select(f => FieldSlots.Of(space, f))];
    private readonly List<(int[] Words, int[] Ends)> _blocks = [];
    private int[] _words = new int[1 << 10];
    private readonly int[] _ends = new int[BlockRows];
    private int _used;
    private int _openRows;
    private int[] _record = new int[64];

    /// <summary>Number of records.</summary>
    public int Count => (_blocks.Count << BlockBits) + _openRows;

    /// <summary>Bytes of memory.</summary>
    public long Bytes => (_blocks.Sum(b => (long)b.Words.Length + b.Ends.Length) + _words.Length + BlockRows) * sizeof(int);

    /// <summary>The record of an impression; valid until the next call.</summary>
    public ReadOnlySpan<int> Pack(ImpressionBatch batch, int row)
    {
        int length = 0;
        foreach (FieldSlots f in _fields)
        {
            if (_record.Length < length + f.MostWords)
            {
                Array.Resize(ref _record, Math.Max(length + f.MostWords, 2 * _record.Length));
            }

            length += f.Pack(batch, row, _record.AsSpan(length));
        }

        return _record.AsSpan(0, length);
    }

    /// <summary>Adds a record.</summary>
    public void Add(ReadOnlySpan<int> record)
    {
        if (_used + record.Length > _words.Length)
        {
            Array.Resize(ref _words, Math.Max(_used + record.Length, 2 * _words.Length));
        }

        record.CopyTo(_words.AsSpan(_used));
        _used += record.Length;
        _ends[_openRows++] = _used;
        if (_openRows == BlockRows)
        {
            _blocks.Add((_words[.._used], [.. _ends]));
            (_used, _openRows) = (0, 0);
        }
    }

    /// <summary>A record by its number.</summary>
    public ReadOnlySpan<int> this[int number]
    {
        get
        {
            int block = number >> BlockBits, at = number & (BlockRows - 1);
            (int[] words, int[] ends) = block < _blocks.Count ? _blocks[block] : (_words, _ends);
            int start = at == 0 ? 0 : ends[at - 1];
            return words.AsSpan(start, ends[at] - start);
        }
    }

    /// <summary>Writes a record into a batch.</summary>
    /// <param name="number">Its number.</param>
    /// <param name="slots">Where each slot goes, and which values are forgotten.</param>
    /// <param name="batch">The batch.</param>
    /// <param name="row">The impression of the batch.</param>
    public void Unpack(int number, SlotMap slots, ImpressionBatch batch, int row)
    {
        ReadOnlySpan<int> record = this[number];
        foreach (FieldSlots f in _fields)
        {
            f.Unpack(ref record, slots, batch, row);
        }
    }
}

/// <summary>Where a field lies in a batch.</summary>
internal readonly record struct FieldSlots(int Id, int IdWidth, int Weight, int WeightWidth, int Number, int NumberWidth)
{
    /// <summary>The most words of its record.</summary>
    public int MostWords => 1 + IdWidth + WeightWidth + NumberWidth;

    private bool IsList => IdWidth > 1 || WeightWidth > 0;

    public static FieldSlots Of(FeatureSpace space, int field)
    {
        FieldEncoder encoder = space.Encoders[field];
        return encoder.Dim > 0
            ? new FieldSlots(space.SlotOf(field), encoder.IdWidth, space.WeightSlotOf(field), encoder.WeightWidth, -1, 0)
            : new FieldSlots(-1, 0, -1, 0, space.SlotOf(field), encoder.NumberWidth);
    }

    /// <summary>Writes the record: of a list its length first. Returns the number of words.</summary>
    public int Pack(ImpressionBatch batch, int row, Span<int> words)
    {
        int length = IdWidth, at = 0;
        if (IsList)
        {
            while (length > 0 && batch.Ids(Id + length - 1)[row] == ImpressionBatch.MissingId && (length > WeightWidth || batch.Numbers(Weight + length - 1)[row] == 0))
            {
                length--;
            }

            words[at++] = length;
        }

        for (int k = 0; k < length; k++)
        {
            words[at++] = batch.Ids(Id + k)[row];
        }

        for (int k = 0; k < Math.Min(length, WeightWidth); k++)
        {
            words[at++] = BitConverter.SingleToInt32Bits(batch.Numbers(Weight + k)[row]);
        }

        for (int k = 0; k < NumberWidth; k++)
        {
            words[at++] = BitConverter.SingleToInt32Bits(batch.Numbers(Number + k)[row]);
        }

        return at;
    }

    /// <summary>Reads the record from the front of some words, and takes it off.</summary>
    public void Unpack(ref ReadOnlySpan<int> words, SlotMap slots, ImpressionBatch batch, int row)
    {
        int length = IdWidth, at = 0;
        if (IsList)
        {
            length = words[at++];
        }

        for (int k = 0; k < IdWidth; k++)
        {
            slots.SetId(Id + k, k < length ? words[at++] : ImpressionBatch.MissingId, batch, row);
        }

        for (int k = 0; k < WeightWidth; k++)
        {
            slots.SetNumber(Weight + k, k < length ? BitConverter.Int32BitsToSingle(words[at++]) : 0, batch, row);
        }

        for (int k = 0; k < NumberWidth; k++)
        {
            slots.SetNumber(Number + k, BitConverter.Int32BitsToSingle(words[at++]), batch, row);
        }

        words = words[at..];
    }
}

/// <summary>Where the slots of a feature space go in a batch, which may be of another one, and which rows of tables are read as out of vocabulary.</summary>
/// <param name="Ids">The slots that each id slot is written to.</param>
/// <param name="Numbers">The slots that each number slot is written to.</param>
/// <param name="Kept">Of each id slot which rows are still known; null for all.</param>
internal sealed record SlotMap(int[][] Ids, int[][] Numbers, bool[]?[] Kept)
{
    /// <summary>Every slot to itself.</summary>
    public static SlotMap Identity(FeatureSpace space) =>
        new([.. Enumerable.Range(0, space.IdSlots).Select(s => (int[])[s])], [.. Enumerable.Range(0, space.NumberSlots).Select(s => (int[])[s])], new bool[]?[space.IdSlots]);

    public void SetId(int slot, int id, ImpressionBatch batch, int row)
    {
        id = id > 0 && Kept[slot] is { } kept && !kept[id] ? 0 : id;
        foreach (int target in Ids[slot])
        {
            batch.Ids(target)[row] = id;
        }
    }

    public void SetNumber(int slot, float number, ImpressionBatch batch, int row)
    {
        foreach (int target in Numbers[slot])
        {
            batch.Numbers(target)[row] = number;
        }
    }
}
