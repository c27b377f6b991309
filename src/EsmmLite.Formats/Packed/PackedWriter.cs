using EsmmLite.Features;
using Microsoft.Win32.SafeHandles;

namespace EsmmLite.Formats.Packed;

/// <summary>Writes encoded impressions to a temporary file, which <see cref="Finish"/> turns into a <see cref="PackedLog"/>.</summary>
public sealed class PackedWriter : IDisposable
{
    private const int BufferBytes = 1 << 20;

    private readonly PackedLayout _layout;
    private readonly byte[] _buffer;
    private readonly string _folder;
    private SafeFileHandle? _file;
    private int _buffered;
    private long _written;

    /// <summary>Creates an empty temporary file.</summary>
    /// <param name="space">The feature space that encodes.</param>
    /// <param name="folder">Where to put the file; the system's folder for temporary files when null.</param>
    /// <exception cref="EsmmException">No file can be created there.</exception>
    public PackedWriter(FeatureSpace space, string? folder = null)
    {
        ArgumentNullException.ThrowIfNull(space);
        _layout = new PackedLayout(space);
        _buffer = new byte[Math.Max(BufferBytes, _layout.RecordBytes)];
        _folder = folder ?? Path.GetTempPath();
        _file = Create(_folder);
    }

    /// <summary>Impressions written.</summary>
    public long Rows { get; private set; }

    /// <summary>Appends one impression of a batch.</summary>
    /// <exception cref="EsmmException">The file cannot be written: the disk is full, say.</exception>
    public void Append(ImpressionBatch batch, int row)
    {
        ArgumentNullException.ThrowIfNull(batch);
        ObjectDisposedException.ThrowIf(_file is null, this);
        _layout.Check(batch);
        if (_buffered + _layout.RecordBytes > _buffer.Length)
        {
            Flush();
        }

        _layout.Pack(batch, row, 1, _buffer.AsSpan(_buffered));
        _buffered += _layout.RecordBytes;
        Rows++;
    }

    /// <summary>Appends all impressions of a batch.</summary>
    /// <exception cref="EsmmException">The file cannot be written: the disk is full, say.</exception>
    public void Append(ImpressionBatch batch)
    {
        ArgumentNullException.ThrowIfNull(batch);
        ObjectDisposedException.ThrowIf(_file is null, this);
        _layout.Check(batch);
        for (int done = 0; done < batch.Count;)
        {
            int count = Math.Min(batch.Count - done, (_buffer.Length - _buffered) / _layout.RecordBytes);
            _layout.Pack(batch, done, count, _buffer.AsSpan(_buffered));
            _buffered += count * _layout.RecordBytes;
            done += count;
            if (done < batch.Count)
            {
                Flush();
            }
        }

        Rows += batch.Count;
    }

    /// <summary>Ends writing; the file now belongs to the log that is returned.</summary>
    public PackedLog Finish()
    {
        ObjectDisposedException.ThrowIf(_file is null, this);
        Flush();
        var log = new PackedLog(_file, 0, _layout, Rows);
        _file = null;
        return log;
    }

    /// <summary>Deletes the file, unless <see cref="Finish"/> handed it on.</summary>
    public void Dispose()
    {
        _file?.Dispose();
        _file = null;
    }

    private static SafeFileHandle Create(string folder)
    {
        string path = Path.Combine(folder, "esmm-" + Path.GetRandomFileName());
        try
        {
            SafeFileHandle file = File.OpenHandle(path, FileMode.CreateNew, FileAccess.ReadWrite, FileShare.None, FileOptions.DeleteOnClose | FileOptions.RandomAccess);
            if (!OperatingSystem.IsWindows())
            {
                // The open handle keeps the data; without a name nothing is left behind if the process is killed.
                File.Delete(path);
            }

            return file;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw Unwritable(folder, e);
        }
    }

    private static EsmmException Unwritable(string folder, Exception e) => new(
        EsmmErrorKind.Data, "the encoded log cannot be written to a temporary file (" + e.Message.TrimEnd('.') + ")", folder, "room for it", "The variable TMPDIR (TMP on Windows) names another folder.", e);

    private void Flush()
    {
        try
        {
            RandomAccess.Write(_file!, _buffer.AsSpan(0, _buffered), _written);
        }
        catch (IOException e)
        {
            throw Unwritable(_folder, e);
        }

        _written += _buffered;
        _buffered = 0;
    }
}
