using System.Buffers;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Text;
using System.Text.Unicode;
using EsmmLite.Features;
using EsmmLite.Formats.Delimited;

namespace EsmmLite.Formats.Blocks;

/// <summary>Rows of a log as UTF-8 text, column by column, with their labels and places. Used again and again; grows only for long rows.</summary>
internal sealed class RowBlock
{
    public const int Capacity = 1024;
    private const int TextGoal = 1 << 20; // no row is begun beyond it

    private readonly int _columns;
    private readonly int[] _starts; // column by column
    private readonly int[] _lengths;
    private readonly byte[] _labels; // stage by stage
    private readonly string[] _files = new string[Capacity];
    private readonly long[] _lines = new long[Capacity];
    private readonly long[] _numbers = new long[Capacity];
    private readonly long[] _times = new long[Capacity];
    private byte[] _text = new byte[1 << 17];
    private int _used;

    public RowBlock(int columns, int stages)
    {
        _columns = columns;
        _starts = new int[columns * Capacity];
        _lengths = new int[columns * Capacity];
        _labels = new byte[stages * Capacity];
    }

    public int Count { get; private set; }

    public bool IsFull => Count == Capacity || _used >= TextGoal;

    public void Clear() => (Count, _used) = (0, 0);

    /// <summary>The values of a column. [count]</summary>
    public TextColumn Column(int column) => new(_text, _starts.AsSpan(column * Capacity, Count), _lengths.AsSpan(column * Capacity, Count));

    /// <summary>Labels of a stage. [count]</summary>
    public ReadOnlySpan<byte> Labels(int stage) => _labels.AsSpan(stage * Capacity, Count);

    /// <summary>When each impression was shown, in ticks of UTC; 0 in a log without times. [count]</summary>
    public ReadOnlySpan<long> Times => _times.AsSpan(0, Count);

    /// <summary>The number of a row in the whole log.</summary>
    public long NumberOf(int row) => _numbers[row];

    /// <summary>The same fault, with file and line of a row in front.</summary>
    public EsmmException Locate(EsmmException fault, int row) => RowPlace.Locate(fault, _files[row], _lines[row]);

    /// <summary>Appends a reader's current row.</summary>
    /// <param name="reader">The reader.</param>
    /// <param name="places">Where each column stands among those of the reader; -1 for one that is not read, whose value is empty. [columns]</param>
    /// <param name="labels">0 or 1 a stage. [stages]</param>
    /// <param name="shown">When the impression was shown.</param>
    public void Append(DelimitedReader reader, ReadOnlySpan<int> places, ReadOnlySpan<byte> labels, long shown)
    {
        int at = _used;
        if (reader.IsVerbatim && Reserve(reader.Record.Length) && Ascii.FromUtf16(reader.Record, _text.AsSpan(at), out int written) == OperationStatus.Done)
        {
            // A byte a character: values lie in the bytes where they lie in the record.
            _used += written;
            ref char record = ref MemoryMarshal.GetReference(reader.Record);
            for (int column = 0; column < _columns; column++)
            {
                ReadOnlySpan<char> value = places[column] < 0 ? default : reader.Value(places[column]);
                int start = value.IsEmpty ? 0 : (int)(Unsafe.ByteOffset(ref record, ref MemoryMarshal.GetReference(value)) / sizeof(char));
                Place(column, at + start, value.Length);
            }
        }
        else
        {
            for (int column = 0; column < _columns; column++)
            {
                AppendValue(column, places[column] < 0 ? default : reader.Value(places[column]));
            }
        }

        for (int stage = 0; stage < labels.Length; stage++)
        {
            _labels[stage * Capacity + Count] = labels[stage];
        }

        (_files[Count], _lines[Count], _numbers[Count], _times[Count]) = (reader.File, reader.Line, reader.Row, shown);
        Count++;
    }

    private void AppendValue(int column, ReadOnlySpan<char> value)
    {
        Reserve(checked(3 * value.Length));
        Utf8.FromUtf16(value, _text.AsSpan(_used), out _, out int written); // half of a surrogate pair becomes U+FFFD
        Place(column, _used, written);
        _used += written;
    }

    private void Place(int column, int start, int length)
    {
        _starts[column * Capacity + Count] = start;
        _lengths[column * Capacity + Count] = length;
    }

    private bool Reserve(int bytes)
    {
        if (_text.Length - _used < bytes)
        {
            Array.Resize(ref _text, checked(Math.Max(2 * _text.Length, _used + bytes)));
        }

        return true;
    }
}
