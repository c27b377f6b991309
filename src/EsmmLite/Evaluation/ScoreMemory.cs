namespace EsmmLite.Evaluation;

/// <summary>
/// Bounds the memory of several accumulators together: when their scores take more, all of them go to one temporary file. Metrics are the same wherever the
/// scores lie. Not safe for several threads.
/// </summary>
/// <param name="bytes">Bytes of scores in memory, of all accumulators together.</param>
public sealed class ScoreMemory(long bytes = AucAccumulator.DefaultMemoryBytes) : IDisposable
{
    private readonly List<SortedScores> _members = [];

    /// <summary>Number of scores that lie on disk.</summary>
    public long OnDisk => File.Keys;

    /// <summary>Bytes of the scores in memory.</summary>
    internal long BytesInMemory { get; private set; }

    internal SpillFile File { get; } = new();

    /// <summary>Creates an accumulator of the three tasks' metrics whose scores lie here.</summary>
    /// <param name="threshold">Where to measure accuracy, precision and recall; nowhere when null.</param>
    public FunnelAccumulator CreateFunnel(double? threshold = null) => new(population => new TaskAccumulator(population, threshold, this));

    /// <summary>Deletes the temporary file, if there is one. Nothing can be computed after that.</summary>
    public void Dispose() => File.Dispose();

    internal void Add(SortedScores member) => _members.Add(member);

    /// <summary>Counts memory that a member is about to take; before that, all of them give theirs back if it would be too much.</summary>
    internal void Take(int more)
    {
        if (BytesInMemory + more > bytes && BytesInMemory > 0)
        {
            foreach (SortedScores member in _members)
            {
                member.SpillAll();
            }

            BytesInMemory = 0;
        }

        BytesInMemory += more;
    }
}
