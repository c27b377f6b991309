namespace EsmmLite.Persistence;

/// <summary>Replaces a file as a whole or not at all.</summary>
public static class AtomicFile
{
    /// <summary>
    /// Writes to a temporary file beside the target, flushes it to disk, renames it over the target and flushes the directory.
    /// After a failure the temporary is gone and an earlier target is untouched.
    /// </summary>
    /// <remarks>A process that is killed half-way leaves a file <c>.name.*.tmp</c> beside the target, which may be deleted.</remarks>
    /// <param name="path">The file to create or replace; its directory must exist.</param>
    /// <param name="write">Writes the content; what it throws passes through, apart from input and output errors.</param>
    /// <exception cref="EsmmException">The file cannot be written: disk full, no permission, no such directory.</exception>
    public static void Write(string path, Action<Stream> write)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        ArgumentNullException.ThrowIfNull(write);
        string target = Path.GetFullPath(path);
        string? directory = Path.GetDirectoryName(target);
        if (directory is null || Path.GetFileName(target).Length == 0)
        {
            throw new EsmmException(EsmmErrorKind.ModelFile, "the path names a directory", path, "the name of a file");
        }

        // The random part keeps two savers apart: each renames its own complete file.
        string temporary = Path.Combine(directory, $".{Path.GetFileName(target)}.{Path.GetRandomFileName()}.tmp");
        try
        {
            using (var stream = new FileStream(temporary, FileMode.CreateNew, FileAccess.Write, FileShare.None, 1 << 16))
            {
                write(stream);
                stream.Flush(flushToDisk: true);
            }

            File.Move(temporary, target, overwrite: true);
        }
        catch (Exception e)
        {
            Delete(temporary);

            // .NET reports a file beyond the limit of its file system as an argument out of range, called "value".
            if (e is IOException or UnauthorizedAccessException or NotSupportedException or ArgumentOutOfRangeException { ParamName: "value" })
            {
                throw Failure(path, directory, e);
            }

            throw;
        }

        DirectoryFlush.Try(directory);
    }

    private static EsmmException Failure(string path, string directory, Exception e) => Directory.Exists(directory)
        ? new(EsmmErrorKind.ModelFile, $"the file cannot be written ({e.Message.TrimEnd('.')})", path, "a file that may be replaced, and room on the disk", "An earlier file at this path is untouched.", e)
        : new(EsmmErrorKind.ModelFile, $"the directory '{directory}' does not exist", path, "an existing directory", "Create it first.", e);

    private static void Delete(string temporary)
    {
        try
        {
            File.Delete(temporary);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // The first failure is the one to report.
        }
    }
}
