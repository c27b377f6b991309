using System.Text;

namespace EsmmLite.Persistence;

/// <summary>Replaces a file as a whole or not at all.</summary>
public static class AtomicFile
{
    /// <summary>
    /// Writes to a temporary file beside the target, flushes it to disk, renames it over the target and flushes the directory.
    /// After a failure the temporary is gone and an earlier target is untouched.
    /// </summary>
    /// <remarks>A process that is killed half-way leaves a file <c>.name.*.tmp</c> beside the target; whoever saves there next deletes it.</remarks>
    /// <param name="path">The file to create or replace; its directory must exist.</param>
    /// <param name="write">Writes the content; what it throws passes through, apart from input and output errors.</param>
    /// <exception cref="EsmmException">The file cannot be written: disk full, no permission, no such directory, a device.</exception>
    public static void Write(string path, Action<Stream> write) => Write(path, write, DiskFiles.Machine);

    /// <summary>Writes a text in UTF-8, without a byte-order mark.</summary>
    /// <param name="path">The file to create or replace; its directory must exist.</param>
    /// <param name="text">The whole content.</param>
    /// <exception cref="EsmmException">The file cannot be written.</exception>
    public static void WriteText(string path, string text) => Write(path, stream => stream.Write(Encoding.UTF8.GetBytes(text)));

    /// <summary>Refuses a path at which something stands that is no file, such as <c>/dev/null</c>: a rename would take its place.</summary>
    /// <param name="path">The file to create or replace.</param>
    /// <exception cref="EsmmException">A device, a pipe or a socket stands there (<see cref="EsmmErrorKind.Usage"/>).</exception>
    public static void RequireReplaceable(string path)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        if (FileKind.IsSpecial(Path.GetFullPath(path)))
        {
            throw new EsmmException(EsmmErrorKind.Usage, "a device, a pipe or a socket stands there, and would be replaced", path, "the name of a file", "Commands that write to standard output take - for it.");
        }
    }

    /// <summary>The same on a file system of the caller's.</summary>
    internal static void Write(string path, Action<Stream> write, DiskFiles files)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        ArgumentNullException.ThrowIfNull(write);
        string target = Path.GetFullPath(path);
        string? directory = Path.GetDirectoryName(target);
        if (directory is null || Path.GetFileName(target).Length == 0)
        {
            throw new EsmmException(EsmmErrorKind.ModelFile, "the path names a directory", path, "the name of a file");
        }

        RequireReplaceable(target);
        Leftovers.Delete(target, files);
        string temporary = Leftovers.NameFor(target);
        try
        {
            using (Stream stream = files.Create(temporary))
            {
                write(stream);
                files.Flush(stream);
                if (!OperatingSystem.IsWindows())
                {
                    // While it is held: nobody takes it for one that was left behind.
                    files.Rename(temporary, target);
                }
            }

            if (OperatingSystem.IsWindows())
            {
                files.Rename(temporary, target);
            }
        }
        catch (Exception e)
        {
            Delete(temporary, files);

            // .NET reports a file beyond the limit of its file system as an argument out of range, called "value".
            if (e is IOException or UnauthorizedAccessException or NotSupportedException or ArgumentOutOfRangeException { ParamName: "value" })
            {
                throw Failure(path, directory, e);
            }

            throw;
        }

        files.FlushDirectory(directory);
    }

    private static EsmmException Failure(string path, string directory, Exception e) => Directory.Exists(directory)
        ? new(EsmmErrorKind.ModelFile, $"the file cannot be written ({e.Message.TrimEnd('.')})", path, "a file that may be replaced, and room on the disk", "An earlier file at this path is untouched.", e)
        : new(EsmmErrorKind.ModelFile, $"the directory '{directory}' does not exist", path, "an existing directory", "Create it first.", e);

    private static void Delete(string temporary, DiskFiles files)
    {
        try
        {
            files.Delete(temporary);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // The first failure is the one to report.
        }
    }
}
