using System.Security.Cryptography;
using EsmmLite.Formats.Delimited;

namespace EsmmLite.Formats.Packed;

/// <summary>How a data file is recognised: by its digest. Its name does not matter, a moved file is still the same.</summary>
/// <param name="Name">Its name when the stamp was taken; for messages.</param>
/// <param name="Length">Bytes on disk.</param>
/// <param name="Changed">Time of the last change, in ticks of UTC: tells that a file changed, never that it did not.</param>
/// <param name="Delimiter">What stands between two fields, or a brace for JSON lines; the same bytes are read otherwise if they are called .tsv.</param>
/// <param name="Digest">SHA-256 of the bytes on disk, in hexadecimal; null as long as nobody needed it.</param>
public sealed record DataFileStamp(string Name, long Length, long Changed, char Delimiter, string? Digest)
{
    private const int BufferBytes = 1 << 20;

    /// <summary>The same stamp with the file's digest.</summary>
    /// <param name="cancellation">Stops reading the file.</param>
    /// <exception cref="EsmmException">The file is not as it was when the stamp was taken, or can't be read.</exception>
    public DataFileStamp WithDigest(CancellationToken cancellation = default)
    {
        string digest = DigestOf(Name, cancellation);
        return Readable(Name, () => new FileInfo(Name) is var now && now.Length == Length && now.LastWriteTimeUtc.Ticks == Changed)
            ? this with { Digest = digest }
            : throw new EsmmException(EsmmErrorKind.Data, "the file changed while it was read", Name, hint: "Run again once nothing writes to it.");
    }

    /// <summary>Whether a file, stamped now, holds what the file held that this stamp was taken of. Every byte of it is read.</summary>
    /// <param name="now">The stamp of the file as it is now.</param>
    /// <param name="cancellation">Stops reading the file.</param>
    /// <exception cref="EsmmException">The file can't be read.</exception>
    public bool HasContentsOf(DataFileStamp now, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(now);
        return now.Length == Length && Digest == DigestOf(now.Name, cancellation);
    }

    /// <summary>Takes the stamp of a log's file as it is now, without its digest.</summary>
    /// <exception cref="EsmmException">The file can't be read, or has no header.</exception>
    internal static DataFileStamp Of(DelimitedLog log, string path) => Readable(path, () =>
    {
        var file = new FileInfo(path);
        (long length, long changed) = (file.Length, file.LastWriteTimeUtc.Ticks);
        using LogFile opened = LogFile.Open(log, path);
        return new DataFileStamp(path, length, changed, opened.Delimiter, null);
    });

    private static string DigestOf(string path, CancellationToken cancellation) => Readable(path, () =>
    {
        using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read, 1, FileOptions.SequentialScan);
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        byte[] buffer = new byte[BufferBytes];
        int read;
        while ((read = file.Read(buffer)) > 0)
        {
            cancellation.ThrowIfCancellationRequested();
            hash.AppendData(buffer, 0, read);
        }

        return Convert.ToHexStringLower(hash.GetHashAndReset());
    });

    private static T Readable<T>(string path, Func<T> read)
    {
        try
        {
            return read();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new EsmmException(EsmmErrorKind.Data, "can't be read: " + e.Message.TrimEnd('.'), path, innerException: e);
        }
    }
}
