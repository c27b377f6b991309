using System.Text;
using EsmmLite.Diagnostics;
using EsmmLite.Features;

namespace EsmmLite.Formats.AliCcp;

/// <summary>
/// The common features, by index, in memory: of every value the id as a number of variable length and the weight as the number of one of the few
/// weights that occur. Some 4 to 6 bytes a value.
/// </summary>
internal sealed class CommonFeatures
{
    private const int BlockBytes = 1 << 24;

    private readonly Dictionary<ulong, (int Block, int Offset)> _places = [];
    private readonly List<byte[]> _blocks = [];
    private readonly List<float> _weights = [];
    private readonly Dictionary<float, int> _weightNumbers = [];
    private byte[] _record = new byte[1 << 12];
    private int _length;
    private int _used = BlockBytes; // of the last block

    /// <summary>Number of entries.</summary>
    public int Count => _places.Count;

    /// <summary>Bytes of memory.</summary>
    public long MemoryBytes => _blocks.Sum(block => (long)block.Length) + (_places.Count * 24L) + (_weights.Count * 24L);

    /// <summary>Keeps an entry.</summary>
    /// <param name="index">What refers to it.</param>
    /// <param name="features">Its features.</param>
    /// <exception cref="EsmmException">There is one of that index already; without a place.</exception>
    public void Add(ReadOnlySpan<char> index, AliCcpFeatures features)
    {
        _length = 0;
        byte[] name = Encoding.UTF8.GetBytes(index.ToString());
        Write(name.Length);
        foreach (byte letter in name)
        {
            Write(letter);
        }

        for (int place = 0; place < AliCcpFields.All.Count; place++)
        {
            List<(long Id, float Weight)> values = features.Values(place);
            Write(values.Count);
            foreach ((long id, float weight) in values)
            {
                Write(id);
                Write(NumberOf(weight));
            }
        }

        if (_used + _length > BlockBytes)
        {
            _blocks.Add(new byte[Math.Max(BlockBytes, _length)]);
            _used = 0;
        }

        if (!_places.TryAdd(FarmHash64.Hash(name), (_blocks.Count - 1, _used)))
        {
            throw new EsmmException(EsmmErrorKind.Data, "the index " + ErrorText.Quote(index) + " was there before", null, "every index once");
        }

        _record.AsSpan(0, _length).CopyTo(_blocks[^1].AsSpan(_used));
        _used += _length;
    }

    /// <summary>Adds an entry's values to the features of a line; false if there is no such entry.</summary>
    public bool TryAddTo(ReadOnlySpan<char> index, AliCcpFeatures features)
    {
        Span<byte> name = stackalloc byte[256];
        if (index.Length > name.Length / 3 || !_places.TryGetValue(FarmHash64.Hash(name[..Encoding.UTF8.GetBytes(index, name)]), out (int Block, int Offset) place))
        {
            return false;
        }

        name = name[..Encoding.UTF8.GetBytes(index, name)];
        ReadOnlySpan<byte> bytes = _blocks[place.Block].AsSpan(place.Offset);
        int length = (int)Read(ref bytes);
        for (int i = 0; i < length; i++)
        {
            if (length != name.Length || Read(ref bytes) != name[i])
            {
                return false; // another index of the same hash
            }
        }

        for (int field = 0; field < AliCcpFields.All.Count; field++)
        {
            for (int values = (int)Read(ref bytes); values > 0; values--)
            {
                long id = Read(ref bytes);
                features.Values(field).Add((id, _weights[(int)Read(ref bytes)]));
            }
        }

        return true;
    }

    private int NumberOf(float weight)
    {
        if (!_weightNumbers.TryGetValue(weight, out int number))
        {
            _weightNumbers.Add(weight, number = _weights.Count);
            _weights.Add(weight);
        }

        return number;
    }

    /// <summary>Seven bits a byte, the lowest first; the eighth says that more follow.</summary>
    private void Write(long number)
    {
        if (_length + 10 > _record.Length)
        {
            Array.Resize(ref _record, _record.Length * 2);
        }

        for (ulong rest = (ulong)number; ; rest >>= 7)
        {
            _record[_length++] = (byte)(rest < 0x80 ? rest : rest | 0x80);
            if (rest < 0x80)
            {
                return;
            }
        }
    }

    private static long Read(ref ReadOnlySpan<byte> bytes)
    {
        ulong number = 0;
        for (int at = 0; ; at++)
        {
            number |= (ulong)(bytes[at] & 0x7F) << (7 * at);
            if (bytes[at] < 0x80)
            {
                bytes = bytes[(at + 1)..];
                return (long)number;
            }
        }
    }
}
