using System.Globalization;
using System.Security.Cryptography;

namespace EsmmLite.Formats.Packed;

/// <summary>How a data file is recognised: by length and time of change where that is enough, otherwise by its digest.</summary>
/// <param name="Name">Its name when the stamp was taken; for messages, a moved file is still the same.</param>
/// <param name="Length">Bytes on disk.</param>
/// <param name="Changed">Time of the last change, in ticks of UTC.</param>
/// <param name="Taken">When the stamp was taken, in ticks of UTC.</param>
/// <param name="Digest">SHA-256 of the bytes on disk, in hexadecimal; null as long as nobody needed it.</param>
public sealed record DataFileStamp(string Name, long Length, long Changed, long Taken, string? Digest)
{
    // A file may change twice within one tick of its file system's clock (2 s on FAT) and keep its time.
    private const long UncertainTicks = 3 * TimeSpan.TicksPerSecond;

    /// <summary>Takes the stamp of a file as it is now, without its digest.</summary>
    /// <param name="path">The file.</param>
    public static DataFileStamp Of(string path)
    {
        var file = new FileInfo(path);
        return new DataFileStamp(path, file.Length, file.LastWriteTimeUtc.Ticks, DateTime.UtcNow.Ticks, null);
    }

    /// <summary>The same stamp with the file's digest.</summary>
    /// <exception cref="EsmmException">The file is not as it was when the stamp was taken.</exception>
    public DataFileStamp WithDigest()
    {
        string digest = DigestOf(Name);
        DataFileStamp now = Of(Name);
        return now.Length == Length && now.Changed == Changed
            ? this with { Digest = digest }
            : throw new EsmmException(EsmmErrorKind.Data, "the file changed while it was read", Name, hint: "Run again once nothing writes to it.");
    }

    /// <summary>Whether a file, stamped now, is the one that this stamp was taken of.</summary>
    public bool IsSameFile(DataFileStamp now)
    {
        ArgumentNullException.ThrowIfNull(now);
        if (now.Length != Length)
        {
            return false;
        }

        bool certain = now.Changed == Changed && Taken - Changed > UncertainTicks;
        return certain || Digest == DigestOf(now.Name);
    }

    private static string DigestOf(string path)
    {
        try
        {
            using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read, 1 << 20, FileOptions.SequentialScan);
            return Convert.ToHexStringLower(SHA256.HashData(file));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new EsmmException(EsmmErrorKind.Data, string.Create(CultureInfo.InvariantCulture, $"can't be read: {e.Message.TrimEnd('.')}"), path, innerException: e);
        }
    }
}
