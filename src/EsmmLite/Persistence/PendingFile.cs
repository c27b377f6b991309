namespace EsmmLite.Persistence;

/// <summary>A file that is written beside its place, as long as that takes, and takes the place of an earlier one when it is complete.</summary>
/// <remarks>
/// <see cref="AtomicFile"/> for content that comes in pieces. A process that is killed leaves a file <c>.name.*.tmp</c> beside the target;
/// whoever writes there next deletes it. Not safe for several threads.
/// </remarks>
public sealed class PendingFile : IDisposable
{
    private readonly string _target, _temporary;
    private bool _isComplete;

    /// <summary>Creates the file beside its place.</summary>
    /// <param name="path">The file to create or replace; its directory must exist.</param>
    /// <exception cref="IOException">It can't be created.</exception>
    /// <exception cref="UnauthorizedAccessException">It must not be created.</exception>
    /// <exception cref="EsmmException">A device, a pipe or a socket stands there (<see cref="EsmmErrorKind.Usage"/>).</exception>
    public PendingFile(string path)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        _target = Path.GetFullPath(path);
        AtomicFile.RequireReplaceable(_target);
        Leftovers.Delete(_target, DiskFiles.Machine);
        _temporary = Leftovers.NameFor(_target);
        Stream = DiskFiles.Machine.Create(_temporary);
    }

    /// <summary>Where to write.</summary>
    public Stream Stream { get; }

    /// <summary>Flushes the file to the disk and puts it in its place.</summary>
    /// <exception cref="IOException">That is not possible; an earlier file is untouched.</exception>
    public void Complete()
    {
        DiskFiles.Machine.Flush(Stream);
        Stream.Dispose();
        DiskFiles.Machine.Rename(_temporary, _target);
        _isComplete = true;
        DiskFiles.Machine.FlushDirectory(Path.GetDirectoryName(_target)!);
    }

    /// <summary>Deletes the file, unless it is complete: an earlier one stays.</summary>
    public void Dispose()
    {
        if (_isComplete)
        {
            return;
        }

        try
        {
            Stream.Dispose();
        }
        catch (IOException)
        {
            // What could not be written is deleted anyway.
        }

        try
        {
            DiskFiles.Machine.Delete(_temporary);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // It costs room and nothing else; the next one deletes it.
        }
    }
}
