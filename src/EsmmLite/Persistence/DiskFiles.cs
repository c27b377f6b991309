namespace EsmmLite.Persistence;

/// <summary>The operations of a file system that saving takes, one a method: what a test replaces to make each of them fail in its turn.</summary>
internal class DiskFiles
{
    private const int BufferBytes = 1 << 16;

    /// <summary>The machine's own.</summary>
    internal static DiskFiles Machine { get; } = new();

    /// <summary>Creates a file that nobody else may open while it is written; where a system locks only by agreement, other savers agree.</summary>
    internal virtual Stream Create(string path) => new FileStream(path, FileMode.CreateNew, FileAccess.Write, FileShare.None, BufferBytes);

    /// <summary>Flushes a created file to the disk.</summary>
    internal virtual void Flush(Stream stream) => ((FileStream)stream).Flush(flushToDisk: true);

    /// <summary>Puts a file in another's place.</summary>
    internal virtual void Rename(string from, string to) => File.Move(from, to, overwrite: true);

    /// <summary>Deletes a file; one that is not there is no fault.</summary>
    internal virtual void Delete(string path) => File.Delete(path);

    /// <summary>Flushes the entries of a directory, as well as the system can.</summary>
    internal virtual void FlushDirectory(string path) => DirectoryFlush.Try(path);

    /// <summary>The files of a directory, hidden ones too.</summary>
    internal virtual IEnumerable<string> List(string directory) => Directory.EnumerateFiles(directory, "*", new EnumerationOptions { AttributesToSkip = 0 });
}
