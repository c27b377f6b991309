using System.Text;
using EsmmLite.Features;

namespace EsmmLite.Formats;

/// <summary>A column that goes along with the impressions of a <see cref="TextSource"/>: each distinct text has a number, in the order of appearance.</summary>
/// <remarks>Memory grows with the distinct texts, not with the rows.</remarks>
public sealed class TextIds
{
    private readonly Dictionary<byte[], int> _ids = new(new ByBytes());
    private readonly List<byte[]> _texts = [];
    private int[] _rows = [];

    internal TextIds(string column) => Column = column;

    /// <summary>The column.</summary>
    public string Column { get; }

    /// <summary>Number of distinct texts so far.</summary>
    public int Distinct => _texts.Count;

    /// <summary>The number of each impression's text in the last batch, from 0. [batch]</summary>
    public ReadOnlySpan<int> Rows => _rows;

    /// <summary>A text by its number; what is no UTF-8 is shown as U+FFFD.</summary>
    public string Text(int id) => Encoding.UTF8.GetString(_texts[id]);

    internal void Take(TextColumn values, int first, int count, int row, int capacity)
    {
        if (_rows.Length < capacity)
        {
            Array.Resize(ref _rows, capacity);
        }

        Dictionary<byte[], int>.AlternateLookup<ReadOnlySpan<byte>> known = _ids.GetAlternateLookup<ReadOnlySpan<byte>>();
        for (int i = 0; i < count; i++)
        {
            ReadOnlySpan<byte> text = values[first + i];
            if (!known.TryGetValue(text, out int id))
            {
                id = _texts.Count;
                _texts.Add(text.ToArray());
                _ids.Add(_texts[id], id);
            }

            _rows[row + i] = id;
        }
    }

    private sealed class ByBytes : IEqualityComparer<byte[]>, IAlternateEqualityComparer<ReadOnlySpan<byte>, byte[]>
    {
        public bool Equals(byte[]? x, byte[]? y) => x.AsSpan().SequenceEqual(y);

        public int GetHashCode(byte[] obj) => GetHashCode(obj.AsSpan());

        public bool Equals(ReadOnlySpan<byte> alternate, byte[] other) => alternate.SequenceEqual(other);

        public int GetHashCode(ReadOnlySpan<byte> alternate) => (int)FarmHash64.Hash(alternate);

        public byte[] Create(ReadOnlySpan<byte> alternate) => alternate.ToArray();
    }
}
