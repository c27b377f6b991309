namespace EsmmLite.Persistence;

/// <summary>The temporary files of savers: how they are called, and which of them were left by a process that was killed.</summary>
internal static class Leftovers
{
    private const string Ending = ".tmp";

    // A file is locked as soon as it is created, not in the same moment.
    private static readonly TimeSpan OldEnough = TimeSpan.FromMinutes(1);

    private static readonly int RandomLength = Path.GetRandomFileName().Length;

    /// <summary>A new name beside a file. The random part keeps two savers apart: each renames its own complete file.</summary>
    public static string NameFor(string target) => Path.Combine(Path.GetDirectoryName(target)!, Prefix(target) + Path.GetRandomFileName() + Ending);

    /// <summary>Deletes what killed savers of a file left beside it: temporary files of its name that nobody holds. Best effort.</summary>
    /// <param name="target">The file, with its full path.</param>
    /// <param name="files">The file system.</param>
    /// <param name="alone">Whether nobody else can be saving there, so that no file is too new.</param>
    public static void Delete(string target, DiskFiles files, bool alone = false)
    {
        try
        {
            string prefix = Prefix(target);
            int length = prefix.Length + RandomLength + Ending.Length;
            foreach (string path in files.List(Path.GetDirectoryName(target)!).ToArray())
            {
                string name = Path.GetFileName(path);
                if (name.Length == length && name.StartsWith(prefix, StringComparison.Ordinal) && name.EndsWith(Ending, StringComparison.Ordinal) && (alone || IsLeft(path)))
                {
                    files.Delete(path);
                }
            }
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // They cost room and nothing else.
        }
    }

    private static string Prefix(string target) => "." + Path.GetFileName(target) + ".";

    private static bool IsLeft(string path)
    {
        if (DateTime.UtcNow - File.GetLastWriteTimeUtc(path) < OldEnough)
        {
            return false;
        }

        try
        {
            new FileStream(path, FileMode.Open, FileAccess.Write, FileShare.None, 1).Dispose();
            return true;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return false; // its saver is still at work
        }
    }
}
