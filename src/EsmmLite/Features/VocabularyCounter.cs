using EsmmLite.Diagnostics;

namespace EsmmLite.Features;

/// <summary>Counts distinct byte strings; memory grows with the distinct ones, not with the rows.</summary>
internal sealed class VocabularyCounter(string field, bool ages)
{
    private byte[] _bytes = new byte[1024];
    private int[] _starts = new int[65]; // entry i lies between starts i and i + 1
    private ulong[] _hashes = new ulong[64];
    private long[] _counts = new long[64];
    private long[] _last = new long[ages ? 64 : 0]; // when each entry occurred last
    private int[] _index = new int[256]; // entry number + 1; 0 = free

    public int Distinct { get; private set; }

    public void Add(ReadOnlySpan<byte> utf8, long time = 0)
    {
        ulong hash = FarmHash64.Hash(utf8);
        int mask = _index.Length - 1;
        int at = (int)hash & mask;
        for (; _index[at] != 0; at = (at + 1) & mask)
        {
            int entry = _index[at] - 1;
            if (_hashes[entry] == hash && Entry(entry).SequenceEqual(utf8))
            {
                _counts[entry]++;
                See(entry, time);
                return;
            }
        }

        Append(utf8, hash);
        See(Distinct - 1, time);
        _index[at] = Distinct;
        if (Distinct > _index.Length / 2)
        {
            Reindex();
        }
    }

    /// <summary>The vocabulary: entries seen often enough, by count descending, then by bytes, so that the order of rows does not matter.</summary>
    /// <param name="minCount">The least count of an entry.</param>
    /// <param name="maxEntries">The most entries.</param>
    /// <param name="oldest">The least time that an entry must have occurred at.</param>
    /// <param name="covered">How many of the counted values are in it.</param>
    /// <param name="tooOld">How many distinct values are left out for their age.</param>
    public VocabularyTable Build(int minCount, int? maxEntries, long oldest, out long covered, out int tooOld)
    {
        int[] kept = [.. Enumerable.Range(0, Distinct).Where(entry => _counts[entry] >= minCount)];
        int frequent = kept.Length;
        kept = ages ? [.. kept.Where(entry => _last[entry] >= oldest)] : kept;
        tooOld = frequent - kept.Length;
        Array.Sort(kept, (a, b) => _counts[a] != _counts[b] ? _counts[b].CompareTo(_counts[a]) : Entry(a).SequenceCompareTo(Entry(b)));
        int count = Math.Min(kept.Length, maxEntries ?? int.MaxValue);
        long[] offsets = new long[count + 1];
        covered = 0;
        for (int i = 0; i < count; i++)
        {
            offsets[i + 1] = offsets[i] + Entry(kept[i]).Length;
            covered += _counts[kept[i]];
        }

        byte[] bytes = new byte[offsets[count]];
        for (int i = 0; i < count; i++)
        {
            Entry(kept[i]).CopyTo(bytes.AsSpan((int)offsets[i]));
        }

        return VocabularyTable.TryCreate(bytes, offsets, out _)!;
    }

    private void See(int entry, long time)
    {
        if (ages)
        {
            _last[entry] = Math.Max(_last[entry], time);
        }
    }

    private ReadOnlySpan<byte> Entry(int entry) => _bytes.AsSpan(_starts[entry], _starts[entry + 1] - _starts[entry]);

    private void Append(ReadOnlySpan<byte> utf8, ulong hash)
    {
        int start = _starts[Distinct];
        long end = (long)start + utf8.Length;
        if (end > Array.MaxLength || Distinct >= (1 << 28))
        {
            throw new EsmmException(EsmmErrorKind.Data, "the vocabulary is larger than 2 GiB", "field " + ErrorText.Quote(field), hint: "Use kind \"hashed\" for a column with so many distinct values.");
        }

        if (end > _bytes.Length)
        {
            Array.Resize(ref _bytes, (int)Math.Min(Math.Max(end, 2L * _bytes.Length), Array.MaxLength));
        }

        if (Distinct == _counts.Length)
        {
            Array.Resize(ref _starts, 2 * Distinct + 1);
            Array.Resize(ref _hashes, 2 * Distinct);
            Array.Resize(ref _counts, 2 * Distinct);
            Array.Resize(ref _last, ages ? 2 * Distinct : 0);
        }

        utf8.CopyTo(_bytes.AsSpan(start));
        _hashes[Distinct] = hash;
        _counts[Distinct] = 1;
        _starts[++Distinct] = (int)end;
    }

    private void Reindex()
    {
        _index = new int[2 * _index.Length];
        int mask = _index.Length - 1;
        for (int entry = 0; entry < Distinct; entry++)
        {
            int at = (int)_hashes[entry] & mask;
            while (_index[at] != 0)
            {
                at = (at + 1) & mask;
            }

            _index[at] = entry + 1;
        }
    }
}
