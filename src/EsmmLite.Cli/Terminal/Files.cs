using EsmmLite.Persistence;

namespace EsmmLite.Cli.Terminal;

/// <summary>Checks of paths before the work begins rather than after it.</summary>
internal static class Files
{
    /// <summary>Refuses a path that no file can be written to, or that is one of the files to be read.</summary>
    /// <param name="option">The option that names it.</param>
    /// <param name="path">Where the result goes.</param>
    /// <param name="inputs">Files that the result is made from.</param>
    public static void RequireWritable(string option, string path, params IEnumerable<string> inputs)
    {
        string full = Path.GetFullPath(path);
        if (inputs.FirstOrDefault(input => Path.GetFullPath(input) == full) is { } input)
        {
            throw new EsmmException(EsmmErrorKind.Usage, option + " is one of the files that are read", option + " " + path, "another file than " + input, "It would be replaced by the result.");
        }

        string folder = Path.GetDirectoryName(full) ?? full;
        if (Directory.Exists(full) || Path.GetFileName(full).Length == 0)
        {
            throw new EsmmException(EsmmErrorKind.Usage, option + " names a folder", path, "the name of a file");
        }

        if (!Directory.Exists(folder))
        {
            throw new EsmmException(EsmmErrorKind.Usage, "there is no folder " + folder, option + " " + path, "a folder that exists", "Create it first.");
        }

        AtomicFile.RequireReplaceable(path);
        string probe = Path.Combine(folder, "." + Path.GetFileName(full) + "." + Path.GetRandomFileName() + ".tmp");
        try
        {
            new FileStream(probe, FileMode.CreateNew, FileAccess.Write, FileShare.None, 1, FileOptions.DeleteOnClose).Dispose();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new EsmmException(EsmmErrorKind.Usage, "no file can be written there (" + e.Message.TrimEnd('.') + ")", option + " " + path, innerException: e);
        }
    }
}
