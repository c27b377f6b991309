using System.Buffers;
using System.Runtime.InteropServices;

namespace EsmmLite.Evaluation;

/// <summary>A temporary file of keys, which is there from the first write on and deleted with the last handle on it.</summary>
internal sealed class SpillFile : IDisposable
{
    private FileStream? _file;

    /// <summary>Number of keys written.</summary>
    public long Keys { get; private set; }

    /// <summary>A stretch of what was written.</summary>
    public KeyRun Read(long start, long keys) => new KeyRun.OnDisk(_file!, start, keys);

    public void Write(ReadOnlySpan<uint> keys)
    {
        _file ??= new FileStream(Path.Combine(Path.GetTempPath(), "esmmlite-scores-" + Guid.NewGuid().ToString("N") + ".tmp"), FileMode.CreateNew, FileAccess.ReadWrite, FileShare.None, 1, FileOptions.DeleteOnClose);
        _file.Write(MemoryMarshal.AsBytes(keys));
        _file.Flush();
        Keys += keys.Length;
    }

    public void Dispose()
    {
        _file?.Dispose();
        (_file, Keys) = (null, 0);
    }
}

/// <summary>Sorted runs in a temporary file, which others may write to as well.</summary>
/// <param name="file">The file.</param>
internal sealed class SpilledRuns(SpillFile file)
{
    private const int BufferKeys = 1 << 16;

    private readonly List<(long Start, long Keys)> _runs = [];

    /// <summary>Number of keys of all runs.</summary>
    public long Keys { get; private set; }

    /// <summary>The runs, each from its first key.</summary>
    public IEnumerable<KeyRun> Runs => _runs.Select(run => file.Read(run.Start, run.Keys));

    /// <summary>Writes a run.</summary>
    public void Add(MergedKeys keys)
    {
        uint[] buffer = ArrayPool<uint>.Shared.Rent(BufferKeys);
        long start = file.Keys;
        int count = 0;
        while (keys.TryNext(out uint key))
        {
            buffer[count++] = key;
            if (count == buffer.Length)
            {
                file.Write(buffer);
                count = 0;
            }
        }

        file.Write(buffer.AsSpan(0, count));
        ArrayPool<uint>.Shared.Return(buffer);
        _runs.Add((start, file.Keys - start));
        Keys += file.Keys - start;
    }

    public void Clear()
    {
        _runs.Clear();
        Keys = 0;
    }
}
