namespace EsmmLite.Evaluation;

/// <summary>Rows of equal score.</summary>
/// <param name="Score">The score.</param>
/// <param name="Negatives">Rows with label 0.</param>
/// <param name="Positives">Rows with label 1.</param>
internal readonly record struct ScoreGroup(float Score, long Negatives, long Positives);

/// <summary>
/// Gathers scores with labels and gives them back in order. Four bytes a score in memory up to a limit; what is beyond it lies on disk in
/// sorted runs, and memory stays bounded whatever the length of the log.
/// </summary>
/// <remarks>The order of rows does not matter, nor where they lie: the groups are the same.</remarks>
internal sealed class SortedScores : IDisposable
{
    private const int RunLength = 1 << 20;

    private readonly int _mostRuns;
    private readonly List<uint[]> _sorted = [];
    private SpilledRuns? _spilled;
    private uint[] _open = [];
    private int _openCount;

    /// <summary>Creates an empty collection.</summary>
    /// <param name="memoryBytes">Bytes of scores in memory before they go to disk; at least one run of 4 MiB is kept.</param>
    public SortedScores(long memoryBytes) => _mostRuns = (int)Math.Clamp(memoryBytes / (RunLength * sizeof(uint)), 1, 1 << 16);

    public long Rows => (_spilled?.Keys ?? 0) + ((long)_sorted.Count * RunLength) + _openCount;

    public long Positives { get; private set; }

    /// <summary>Number of scores on disk.</summary>
    public long OnDisk => _spilled?.Keys ?? 0;

    /// <exception cref="EsmmException">The score is negative, infinite or not a number.</exception>
    public void Add(float score, bool label)
    {
        if (!(score >= 0 && float.IsFinite(score)))
        {
            throw new EsmmException(EsmmErrorKind.Numeric, $"{score} is not a score for AUC", $"row {Rows}", "a probability");
        }

        if (_openCount == _open.Length)
        {
            Array.Resize(ref _open, _sorted.Count > 0 || _spilled is not null ? RunLength : Math.Max(64, _open.Length * 2));
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
            if (_sorted.Count == _mostRuns)
            {
                Spill();
            }
        }
    }

    /// <summary>All scores so far from the lowest up, equal ones together.</summary>
    public IEnumerable<ScoreGroup> Ascending()
    {
        Array.Sort(_open, 0, _openCount);
        var keys = new MergedKeys([.. _spilled?.Runs ?? [], .. InMemory(), new KeyRun.InMemory(_open.AsMemory(0, _openCount))]);
        uint score = 0;
        long negatives = 0, positives = 0;
        while (keys.TryNext(out uint key))
        {
            if (key >> 1 != score)
            {
                if (negatives + positives > 0)
                {
                    yield return new ScoreGroup(BitConverter.UInt32BitsToSingle(score), negatives, positives);
                }

                (score, negatives, positives) = (key >> 1, 0, 0);
            }

            positives += key & 1;
            negatives += ~key & 1;
        }

        if (negatives + positives > 0)
        {
            yield return new ScoreGroup(BitConverter.UInt32BitsToSingle(score), negatives, positives);
        }
    }

    public void Clear()
    {
        Dispose();
        _sorted.Clear();
        _openCount = 0;
        Positives = 0;
    }

    public void Dispose()
    {
        _spilled?.Dispose();
        _spilled = null;
    }

    private void Spill()
    {
        _spilled ??= new SpilledRuns();
        _spilled.Add(new MergedKeys(InMemory()));
        _sorted.Clear();
    }

    private IEnumerable<KeyRun> InMemory() => _sorted.Select(run => new KeyRun.InMemory(run));
}
