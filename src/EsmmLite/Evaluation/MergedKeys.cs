namespace EsmmLite.Evaluation;

/// <summary>Walks several sorted runs of keys as one sorted sequence; of a run on disk it holds a block.</summary>
internal sealed class MergedKeys
{
    // A binary heap of the runs' next keys: key above, run below, so that one comparison of numbers orders them.
    private readonly ulong[] _heap;
    private readonly KeyRun[] _runs;
    private readonly ReadOnlyMemory<uint>[] _blocks;
    private readonly int[] _next;
    private int _count;

    /// <summary>Starts before the first key.</summary>
    /// <param name="runs">Sorted runs at their first key; empty ones are allowed.</param>
    public MergedKeys(IEnumerable<KeyRun> runs)
    {
        (KeyRun Run, ReadOnlyMemory<uint> Block)[] begun = [.. runs.Select(run => (run, run.NextBlock())).Where(run => run.Item2.Length > 0)];
        _runs = [.. begun.Select(run => run.Run)];
        _blocks = [.. begun.Select(run => run.Block)];
        _next = new int[_runs.Length];
        _heap = new ulong[_runs.Length];
        for (int run = 0; run < _runs.Length; run++)
        {
            _heap[run] = Entry(run);
        }

        // A sorted array is a heap.
        Array.Sort(_heap);
        _count = _heap.Length;
    }

    /// <summary>The next key; false at the end.</summary>
    public bool TryNext(out uint key)
    {
        if (_count == 0)
        {
            key = 0;
            return false;
        }

        ulong top = _heap[0];
        key = (uint)(top >> 32);
        int run = (int)(uint)top;
        SiftDown(HasNext(run) ? Entry(run) : _heap[--_count]);
        return true;
    }

    private bool HasNext(int run)
    {
        if (_next[run] == _blocks[run].Length)
        {
            _blocks[run] = _runs[run].NextBlock();
            _next[run] = 0;
        }

        return _blocks[run].Length > 0;
    }

    private ulong Entry(int run) => ((ulong)_blocks[run].Span[_next[run]++] << 32) | (uint)run;

    private void SiftDown(ulong entry)
    {
        int at = 0;
        for (int child = 1; child < _count; child = (2 * at) + 1)
        {
            if (child + 1 < _count && _heap[child + 1] < _heap[child])
            {
                child++;
            }

            if (_heap[child] >= entry)
            {
                break;
            }

            _heap[at] = _heap[child];
            at = child;
        }

        _heap[at] = entry;
    }
}
