namespace EsmmLite.Evaluation;

/// <summary>The exact area under the ROC curve of a stream of scores: every pair counts, ties count one half.</summary>
/// <remarks>
/// <para>AUC = (pairs where the positive scores higher + ½ · pairs that tie) / (positives · negatives). It is counted in integers, so the
/// only rounding is the final division, and the order of the rows does not matter.</para>
/// <para>Thresholds are not used: at a rate of 4e-4, 200 of them put nearly every score into one bin and read ½ for a perfect model.</para>
/// <para>Memory is 4 bytes a score up to a limit; further scores go to a temporary file in sorted runs, and the result stays the same.
/// Not safe for several threads.</para>
/// </remarks>
/// <param name="memoryBytes">Bytes of scores in memory before they go to disk.</param>
public sealed class AucAccumulator(long memoryBytes = AucAccumulator.DefaultMemoryBytes) : IDisposable
{
    /// <summary>Bytes of scores in memory before they go to disk, unless told otherwise.</summary>
    public const long DefaultMemoryBytes = 1L << 28;

    private readonly SortedScores _scores = new(memoryBytes);

    /// <summary>Number of scores so far.</summary>
    public long Rows => _scores.Rows;

    /// <summary>Number of scores so far with a positive label.</summary>
    public long Positives => _scores.Positives;

    /// <summary>Number of scores that lie on disk.</summary>
    public long OnDisk => _scores.OnDisk;

    /// <summary>Adds a score.</summary>
    /// <param name="score">A probability, or any other finite score that is not negative.</param>
    /// <param name="label">Whether the row is a positive.</param>
    /// <exception cref="EsmmException">The score is negative, infinite or not a number.</exception>
    public void Add(float score, bool label) => _scores.Add(score, label);

    /// <summary>The AUC of all scores so far, or null where it is undefined: without a positive, or without a negative.</summary>
    public double? Compute()
    {
        var pairs = new PairCount();
        foreach (ScoreGroup group in _scores.Ascending())
        {
            pairs.Add(group.Negatives, group.Positives);
        }

        return pairs.Auc;
    }

    /// <summary>Forgets all scores.</summary>
    public void Clear() => _scores.Clear();

    /// <summary>Deletes the temporary file, if there is one.</summary>
    public void Dispose() => _scores.Dispose();
}
