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
    private readonly ScoreMemory? _shared;
    private readonly SpillFile? _own;
    private readonly SpilledRuns _spilled;
    private readonly List<uint[]> _sorted = [];
    private uint[] _open = [];
    private int _openCount;

    /// <summary>Creates an empty collection.</summary>
    /// <param name="memoryBytes">Bytes of scores in memory before they go to disk; at least one run of 4 MiB is kept.</param>
    public SortedScores(long memoryBytes)
    {
        _mostRuns = (int)Math.Clamp(memoryBytes / (RunLength * sizeof(uint)), 1, 1 << 16);
        _spilled = new SpilledRuns(_own = new SpillFile());
    }

    /// <summary>Creates an empty collection that shares its memory with others.</summary>
    /// <param name="memory">What bounds all of them together.</param>
    public SortedScores(ScoreMemory memory)
    {
        _mostRuns = int.MaxValue;
        _shared = memory;
        _spilled = new SpilledRuns(memory.File);
        memory.Add(this);
    }

    public long Rows => _spilled.Keys + ((long)_sorted.Count * RunLength) + _openCount;

    public long Positives { get; private set; }

    /// <summary>Number of scores on disk.</summary>
    public long OnDisk => _spilled.Keys;

    /// <exception cref="EsmmException">The score is negative, infinite or not a number.</exception>
    public void Add(float score, bool label)
    {
        if (!(score >= 0 && float.IsFinite(score)))
        {
            throw new EsmmException(EsmmErrorKind.Numeric, $"{score} is not a score for AUC", $"row {Rows}", "a probability");
        }

        if (_openCount == _open.Length)
        {
            Grow();
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
        var keys = new MergedKeys([.. _spilled.Runs, .. InMemory(), new KeyRun.InMemory(_open.AsMemory(0, _openCount))]);
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
        _spilled.Clear();
        _sorted.Clear();
        _openCount = 0;
        Positives = 0;
    }

    public void Dispose() => _own?.Dispose();

    /// <summary>Writes everything to disk, and gives its memory back.</summary>
    internal void SpillAll()
    {
        if (_openCount > 0)
        {
            Array.Sort(_open, 0, _openCount);
            _spilled.Add(new MergedKeys([.. InMemory(), new KeyRun.InMemory(_open.AsMemory(0, _openCount))]));
        }
        else if (_sorted.Count > 0)
        {
            Spill();
        }

        _sorted.Clear();
        _open = [];
        _openCount = 0;
    }

    private void Grow()
    {
        // Where memory is shared, runs begin small again and again: thousands of parts may have few rows each.
        int Next() => _shared is null && (_sorted.Count > 0 || _spilled.Keys > 0) ? RunLength : Math.Max(64, _open.Length * 2);
        _shared?.Take((Next() - _open.Length) * sizeof(uint)); // may have spilled this collection too
        Array.Resize(ref _open, Next());
    }

    private void Spill()
    {
        _spilled.Add(new MergedKeys(InMemory()));
        _sorted.Clear();
    }

    private IEnumerable<KeyRun> InMemory() => _sorted.Select(run => new KeyRun.InMemory(run));
}
