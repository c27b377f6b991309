using System.Runtime.InteropServices;
using EsmmLite.Features;

namespace EsmmLite.Experiments.PaperBench;

/// <summary>
/// Encoded impressions in little memory: of lists only the values that are there, and the request's fields once for all impressions that agree in them, as
/// those of a user or a search do.
/// </summary>
public sealed class RowStore
{
    private readonly PackedRows _requests;
    private readonly PackedRows _others;
    private readonly List<int> _requestOf = [];
    private readonly List<byte>[] _labels;
    private readonly List<long> _times = [];
    private readonly Dictionary<ulong, int> _known = [];

    /// <summary>Creates an empty store.</summary>
    /// <param name="space">The feature space.</param>
    public RowStore(FeatureSpace space)
    {
        ArgumentNullException.ThrowIfNull(space);
        Space = space;
        int[] fields = [.. Enumerable.Range(0, space.Encoders.Count)];
        _requests = new PackedRows(space, [.. fields.Where(f => space.Encoders[f].Field.Side == Side.Request)]);
        _others = new PackedRows(space, [.. fields.Where(f => space.Encoders[f].Field.Side != Side.Request)]);
        _labels = [.. space.Schema.Labels.Select(_ => new List<byte>())];
    }

    /// <summary>The feature space.</summary>
    public FeatureSpace Space { get; }

    /// <summary>Number of impressions.</summary>
    public int Count => _requestOf.Count;

    /// <summary>Number of different requests.</summary>
    public int Requests => _requests.Count;

    /// <summary>Bytes of memory.</summary>
    public long Bytes => _requests.Bytes + _others.Bytes + (_requestOf.Capacity * 4L) + _labels.Sum(l => (long)l.Capacity) + (_times.Capacity * 8L) + (_known.Count * 32L);

    /// <summary>Adds the impressions of a batch.</summary>
    /// <exception cref="EsmmException">There would be more than an array can number.</exception>
    public void Add(ImpressionBatch batch)
    {
        ArgumentNullException.ThrowIfNull(batch);
        if (Count > Array.MaxLength - batch.Count)
        {
            throw new EsmmException(EsmmErrorKind.Data, "the log is too long to be compared in memory", expected: "at most 2 billion impressions", hint: "Take a part of it.");
        }

        for (int row = 0; row < batch.Count; row++)
        {
            _requestOf.Add(RequestOf(_requests.Pack(batch, row)));
            _others.Add(_others.Pack(batch, row));
        }

        for (int stage = 0; stage < _labels.Length; stage++)
        {
            _labels[stage].AddRange(batch.Labels(stage)[..batch.Count]);
        }

        if (!batch.Times.IsEmpty)
        {
            _times.AddRange(batch.Times[..batch.Count]);
        }
    }

    /// <summary>Labels of one stage, 0 or 1.</summary>
    public ReadOnlySpan<byte> Labels(int stage) => CollectionsMarshal.AsSpan(_labels[stage]);

    /// <summary>When impressions were shown; empty where the schema declares no time.</summary>
    public ReadOnlySpan<long> Times => CollectionsMarshal.AsSpan(_times);

    internal void Unpack(int number, SlotMap slots, ImpressionBatch batch, int row)
    {
        _requests.Unpack(_requestOf[number], slots, batch, row);
        _others.Unpack(number, slots, batch, row);
        for (int stage = 0; stage < _labels.Length; stage++)
        {
            batch.Labels(stage)[row] = _labels[stage][number];
        }

        if (_times.Count > 0)
        {
            batch.Times[row] = _times[number];
        }
    }

    private int RequestOf(ReadOnlySpan<int> record)
    {
        ulong hash = FarmHash64.Hash(MemoryMarshal.AsBytes(record));
        if (_known.TryGetValue(hash, out int number) && _requests[number].SequenceEqual(record))
        {
            return number;
        }

        _requests.Add(record);
        _known.TryAdd(hash, _requests.Count - 1);
        return _requests.Count - 1;
    }
}
