namespace EsmmLite.Features;

/// <summary>An immutable set of byte strings, numbered in order: one arena of bytes, offsets into it, an open-addressing index.</summary>
internal sealed class VocabularyTable
{
    private readonly byte[] _bytes;
    private readonly long[] _offsets;
    private readonly int[] _index; // entry number + 1; 0 = free
    private readonly int _mask;

    private VocabularyTable(byte[] bytes, long[] offsets)
    {
        _bytes = bytes;
        _offsets = offsets;
        int capacity = 4;
        while (capacity < 2L * Count)
        {
            capacity *= 2;
        }

        _index = new int[capacity];
        _mask = capacity - 1;
    }

    /// <summary>Bytes of memory: entries, offsets and index.</summary>
    public long MemoryBytes => _bytes.Length + ((long)_offsets.Length * sizeof(long)) + ((long)_index.Length * sizeof(int));

    public int Count => _offsets.Length - 1;

    public byte[] Bytes => _bytes;

    public long[] Offsets => _offsets;

    /// <summary>Builds the index, or returns null and says why when bytes and offsets are no set of strings.</summary>
    /// <param name="bytes">The strings, one after another.</param>
    /// <param name="offsets">Where each starts, and at last where the last one ends. [strings + 1]</param>
    /// <param name="fault">What is wrong.</param>
    public static VocabularyTable? TryCreate(byte[] bytes, long[] offsets, out string fault)
    {
        fault = "";
        if (offsets.Length == 0 || offsets[0] != 0 || offsets[^1] != bytes.Length || offsets.Length > (1 << 29))
        {
            fault = "its offsets do not run from 0 to the number of bytes";
            return null;
        }

        for (int i = 1; i < offsets.Length; i++)
        {
            if (offsets[i] < offsets[i - 1])
            {
                fault = "its offsets are not in order";
                return null;
            }
        }

        var table = new VocabularyTable(bytes, offsets);
        for (int i = 0; i < table.Count; i++)
        {
            if (!table.TryAdd(i))
            {
                fault = "an entry occurs twice";
                return null;
            }
        }

        return table;
    }

    public ReadOnlySpan<byte> Entry(int entry) => _bytes.AsSpan((int)_offsets[entry], (int)(_offsets[entry + 1] - _offsets[entry]));

    /// <summary>The number of an entry, or -1.</summary>
    public int Find(ReadOnlySpan<byte> utf8)
    {
        int at = (int)FarmHash64.Hash(utf8) & _mask;
        while (_index[at] != 0 && !Entry(_index[at] - 1).SequenceEqual(utf8))
        {
            at = (at + 1) & _mask;
        }

        return _index[at] - 1;
    }

    private bool TryAdd(int entry)
    {
        ReadOnlySpan<byte> utf8 = Entry(entry);
        int at = (int)FarmHash64.Hash(utf8) & _mask;
        while (_index[at] != 0)
        {
            if (Entry(_index[at] - 1).SequenceEqual(utf8))
            {
                return false;
            }

            at = (at + 1) & _mask;
        }

        _index[at] = entry + 1;
        return true;
    }
}
