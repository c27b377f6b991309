namespace EsmmLite.Evaluation;

/// <summary>The exact area under the ROC curve of a stream of scores: every pair counts, ties count one half.</summary>
/// <remarks>
/// <para>AUC = (pairs where the positive scores higher + ½ · pairs that tie) / (positives · negatives). It is counted in integers, so the
/// only rounding is the final division, and the order of the rows does not matter.</para>
/// <para>Thresholds are not used: at a rate of 4e-4, 200 of them put nearly every score into one bin and read ½ for a perfect model.</para>
/// <para>Memory is 4 bytes a score. Not safe for several threads.</para>
/// </remarks>
public sealed class AucAccumulator
{
    private const int RunLength = 1 << 20;
    private readonly List<ReadOnlyMemory<uint>> _sorted = [];
    private uint[] _open = [];
    private int _openCount;

    /// <summary>Number of scores so far.</summary>
    public long Rows => ((long)_sorted.Count * RunLength) + _openCount;

    /// <summary>Number of scores so far with a positive label.</summary>
    public long Positives { get; private set; }

    /// <summary>Adds a score.</summary>
    /// <param name="score">A probability, or any other finite score that is not negative.</param>
    /// <param name="label">Whether the row is a positive.</param>
    /// <exception cref="EsmmException">The score is negative, infinite or not a number.</exception>
    public void Add(float score, bool label)
    {
        if (!(score >= 0 && float.IsFinite(score)))
        {
            throw new EsmmException(EsmmErrorKind.Numeric, $"{score} is not a score for AUC", $"row {Rows}", "a probability");
        }

        if (_openCount == _open.Length)
        {
            Array.Resize(ref _open, _sorted.Count > 0 ? RunLength : Math.Max(1024, _open.Length * 2));
        }

        // The bits of floats that are not negative order as the floats do, and leave the top bit free; it is shifted out, and with it the sign of -0.
        _open[_openCount++] = (BitConverter.SingleToUInt32Bits(score) << 1) | (label ? 1u : 0u);
        Positives += label ? 1 : 0;
        if (_openCount == RunLength)
        {
            Array.Sort(_open);
            _sorted.Add(_open);
            _open = [];
            _openCount = 0;
        }
    }

    /// <summary>The AUC of all scores so far, or null where it is undefined: without a positive, or without a negative.</summary>
    public double? Compute()
    {
        long negatives = Rows - Positives;
        if (Positives == 0 || negatives == 0)
        {
            return null;
        }

        Array.Sort(_open, 0, _openCount);
        var keys = new MergedKeys([.. _sorted, _open.AsMemory(0, _openCount)]);
        UInt128 twicePairs = 0;
        ulong below = 0;
        ulong tiedNegatives = 0;
        ulong tiedPositives = 0;
        uint score = 0;
        while (keys.TryNext(out uint key))
        {
            if (key >> 1 != score)
            {
                twicePairs += (UInt128)tiedPositives * ((2 * below) + tiedNegatives);
                below += tiedNegatives;
                tiedNegatives = 0;
                tiedPositives = 0;
                score = key >> 1;
            }

            tiedPositives += key & 1;
            tiedNegatives += ~key & 1;
        }

        twicePairs += (UInt128)tiedPositives * ((2 * below) + tiedNegatives);
        return (double)twicePairs / (double)((UInt128)Positives * (UInt128)negatives * 2);
    }

    /// <summary>Forgets all scores.</summary>
    public void Clear()
    {
        _sorted.Clear();
        _openCount = 0;
        Positives = 0;
    }
}
