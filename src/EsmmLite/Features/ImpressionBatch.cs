namespace EsmmLite.Features;

/// <summary>
/// Encoded impressions, column by column: row numbers of embedding tables, numbers, and labels. Reused from batch to batch:
/// nothing is allocated after construction.
/// </summary>
/// <remarks>
/// A categorical field (hashed, vocabulary, bucketed number) owns one id slot, a list one for each value that it keeps, and a number slot for
/// each weight; a plain number owns one number slot and a second one with a missing indicator. <see cref="FeatureSpace"/> maps fields to slots.
/// </remarks>
public sealed class ImpressionBatch
{
    private readonly int[] _ids;
    private readonly float[] _numbers;
    private readonly byte[] _labels;
    private readonly long[] _times;
    private readonly ulong[] _hashes;

    /// <summary>Creates an empty batch.</summary>
    /// <param name="idSlots">Number of categorical fields.</param>
    /// <param name="numberSlots">Number of plain numeric inputs.</param>
    /// <param name="stages">Number of label stages.</param>
    /// <param name="capacity">The most impressions it can hold.</param>
    /// <param name="times">Whether it holds the time of each impression.</param>
    public ImpressionBatch(int idSlots, int numberSlots, int stages, int capacity, bool times = false)
        : this(idSlots, numberSlots, stages, capacity, times, 0)
    {
    }

    internal ImpressionBatch(int idSlots, int numberSlots, int stages, int capacity, bool times, int hashSlots)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(idSlots);
        ArgumentOutOfRangeException.ThrowIfNegative(numberSlots);
        ArgumentOutOfRangeException.ThrowIfNegative(stages);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(capacity);
        IdSlots = idSlots;
        NumberSlots = numberSlots;
        Stages = stages;
        Capacity = capacity;
        _ids = new int[checked(idSlots * capacity)];
        _numbers = new float[checked(numberSlots * capacity)];
        _labels = new byte[checked(stages * capacity)];
        _times = new long[times ? capacity : 0];
        _hashes = new ulong[checked(hashSlots * capacity)];
        HashSlots = hashSlots;
    }

    /// <summary>The id of a missing value: it contributes a zero vector.</summary>
    public const int MissingId = -1;

    /// <summary>Number of id slots.</summary>
    public int IdSlots { get; }

    /// <summary>Number of number slots.</summary>
    public int NumberSlots { get; }

    /// <summary>Number of label stages.</summary>
    public int Stages { get; }

    /// <summary>The most impressions the batch can hold.</summary>
    public int Capacity { get; }

    /// <summary>How many impressions it holds now.</summary>
    public int Count
    {
        get;
        set
        {
            ArgumentOutOfRangeException.ThrowIfNegative(value);
            ArgumentOutOfRangeException.ThrowIfGreaterThan(value, Capacity);
            field = value;
        }
    }

    /// <summary>Rows of one field's embedding table, an impression each; <see cref="MissingId"/> for a zero vector. [capacity]</summary>
    public Span<int> Ids(int slot) => _ids.AsSpan(slot * Capacity, Capacity);

    /// <summary>Number of fields whose fingerprints are kept for crosses; they are needed while values are written, and by nothing after that.</summary>
    internal int HashSlots { get; }

    /// <summary>Fingerprints of one field's values, an impression each. [capacity]</summary>
    internal Span<ulong> Hashes(int slot) => _hashes.AsSpan(slot * Capacity, Capacity);

    internal int IdAt(int slot, int row) => _ids[(slot * Capacity) + row];

    internal float NumberAt(int slot, int row) => _numbers[(slot * Capacity) + row];

    /// <summary>Values of one numeric input, an impression each; finite. [capacity]</summary>
    public Span<float> Numbers(int slot) => _numbers.AsSpan(slot * Capacity, Capacity);

    /// <summary>Labels of one stage, 0 or 1, an impression each. [capacity]</summary>
    public Span<byte> Labels(int stage) => _labels.AsSpan(stage * Capacity, Capacity);

    /// <summary>When each impression was shown, in ticks (100 ns) of UTC since the year 1. [capacity] Empty where the schema declares no time.</summary>
    public Span<long> Times => _times;

    /// <summary>Copies one impression: ids, numbers, labels, and its time where both batches hold times. Counts stay as they are.</summary>
    /// <param name="row">The impression.</param>
    /// <param name="destination">A batch of the same shape; it may be this one.</param>
    /// <param name="destinationRow">Where it goes.</param>
    /// <exception cref="EsmmException">The batches are of different shapes.</exception>
    public void CopyRow(int row, ImpressionBatch destination, int destinationRow) => CopyRows([row], destination, destinationRow);

    /// <summary>Copies impressions, in the order given, to places one after another.</summary>
    /// <param name="rows">The impressions.</param>
    /// <param name="destination">A batch of the same shape. In this one itself, a row must not be written before it is read.</param>
    /// <param name="first">Where the first of them goes.</param>
    /// <exception cref="EsmmException">The batches are of different shapes.</exception>
    public void CopyRows(ReadOnlySpan<int> rows, ImpressionBatch destination, int first = 0)
    {
        ArgumentNullException.ThrowIfNull(destination);
        if ((destination.IdSlots, destination.NumberSlots, destination.Stages) != (IdSlots, NumberSlots, Stages))
        {
            throw new EsmmException(EsmmErrorKind.Usage, $"a row of {IdSlots} id slots, {NumberSlots} number slots and {Stages} stages is copied to a batch of {destination.IdSlots}, {destination.NumberSlots} and {destination.Stages}",
                nameof(ImpressionBatch), "a batch of the same feature space");
        }

        for (int slot = 0; slot < IdSlots; slot++)
        {
            Gather<int>(Ids(slot), rows, destination.Ids(slot)[first..]);
        }

        for (int slot = 0; slot < NumberSlots; slot++)
        {
            Gather<float>(Numbers(slot), rows, destination.Numbers(slot)[first..]);
        }

        for (int stage = 0; stage < Stages; stage++)
        {
            Gather<byte>(Labels(stage), rows, destination.Labels(stage)[first..]);
        }

        if (!Times.IsEmpty && !destination.Times.IsEmpty)
        {
            Gather<long>(Times, rows, destination.Times[first..]);
        }
    }

    private static void Gather<T>(ReadOnlySpan<T> source, ReadOnlySpan<int> rows, Span<T> destination)
    {
        for (int i = 0; i < rows.Length; i++)
        {
            destination[i] = source[rows[i]];
        }
    }
}
