namespace EsmmLite.Features;

/// <summary>
/// The values that fill much of a field, in a few counters (Misra and Gries 1982): every value of more than an eighth of the rows is among them,
/// and a count is too small by <see cref="Missed"/> at most, which is an eighth of the rows or less.
/// </summary>
/// <remarks>The sample of a <see cref="ValueSketch"/> keeps values by their hash, so it may miss the commonest one.</remarks>
internal sealed class HeavyValues
{
    /// <summary>Number of counters.</summary>
    public const int Most = 7;

    private readonly ulong[] _keys = new ulong[Most];
    private readonly long[] _counts = new long[Most]; // 0: free

    /// <summary>Begins with exact counts of the rows so far.</summary>
    /// <param name="counts">A count a value.</param>
    public HeavyValues(IEnumerable<KeyValuePair<ulong, long>> counts)
    {
        KeyValuePair<ulong, long>[] first = [.. counts.OrderByDescending(pair => pair.Value).ThenBy(pair => pair.Key).Take(Most + 1)];
        Missed = first.Length > Most ? first[Most].Value : 0;
        for (int i = 0; i < Math.Min(Most, first.Length); i++)
        {
            (_keys[i], _counts[i]) = (first[i].Key, first[i].Value - Missed);
        }
    }

    /// <summary>By how much a count is too small, at most; values without a counter count 0.</summary>
    public long Missed { get; private set; }

    /// <summary>Counts a value.</summary>
    public void Add(ulong key)
    {
        int free = -1;
        for (int i = 0; i < Most; i++)
        {
            if (_counts[i] == 0)
            {
                free = i;
            }
            else if (_keys[i] == key)
            {
                _counts[i]++;
                return;
            }
        }

        if (free >= 0)
        {
            (_keys[free], _counts[free]) = (key, 1);
            return;
        }

        // One row of each of eight different values is taken away.
        Missed++;
        for (int i = 0; i < Most; i++)
        {
            _counts[i]--;
        }
    }

    /// <summary>The values and their counts, the commonest first.</summary>
    public KeyValuePair<ulong, long>[] Counts() => [.. _keys.Zip(_counts, KeyValuePair.Create).Where(pair => pair.Value > 0).OrderByDescending(pair => pair.Value).ThenBy(pair => pair.Key)];
}
