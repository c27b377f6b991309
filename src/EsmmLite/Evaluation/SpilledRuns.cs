using System.Runtime.InteropServices;

namespace EsmmLite.Evaluation;

/// <summary>Sorted runs in one temporary file, which is deleted with the last handle on it.</summary>
internal sealed class SpilledRuns : IDisposable
{
    private const int BufferKeys = 1 << 16;

    private readonly FileStream _file = new(
        Path.Combine(Path.GetTempPath(), "esmmlite-scores-" + Guid.NewGuid().ToString("N") + ".tmp"), FileMode.CreateNew, FileAccess.ReadWrite, FileShare.None, 1, FileOptions.DeleteOnClose);

    private readonly List<(long Start, long Keys)> _runs = [];
    private long _keys;

    /// <summary>Number of keys of all runs.</summary>
    public long Keys => _keys;

    /// <summary>The runs, each from its first key.</summary>
    public IEnumerable<KeyRun> Runs => _runs.Select(run => new KeyRun.OnDisk(_file, run.Start, run.Keys));

    /// <summary>Writes a run.</summary>
    public void Add(MergedKeys keys)
    {
        uint[] buffer = new uint[BufferKeys];
        long start = _keys;
        int count = 0;
        while (keys.TryNext(out uint key))
        {
            buffer[count++] = key;
            if (count == buffer.Length)
            {
                Write(buffer, count);
                count = 0;
            }
        }

        Write(buffer, count);
        _runs.Add((start, _keys - start));
    }

    public void Dispose() => _file.Dispose();

    private void Write(uint[] keys, int count)
    {
        _file.Write(MemoryMarshal.AsBytes(keys.AsSpan(0, count)));
        _keys += count;
        _file.Flush();
    }
}
