using EsmmLite.Persistence;
using Microsoft.Win32.SafeHandles;

namespace EsmmLite.Formats.Packed;

/// <summary>A packed log that is kept: written whole or not at all, recognised by its key, checked against its SHA-256 before it is used.</summary>
/// <remarks>
/// Layout, little-endian: "esmmpack", version (4 bytes), zeros up to byte 64; the sections (records of training and validation,
/// vocabularies) one after another; the table of contents as JSON; its offset and length (8 bytes each); the SHA-256 of every byte before.
/// It is a cache for the machine that wrote it, not a format for exchange: any other version is simply packed again.
/// </remarks>
public static class PackedFile
{
    /// <summary>The usual end of a name.</summary>
    public const string Extension = ".esmmpack";

    internal const int Version = 4;
    internal const int HeaderBytes = 64;
    internal const int TrailerBytes = 16 + 32;
    internal const string TrainingSection = "training";
    internal const string ValidationSection = "validation";

    internal static ReadOnlySpan<byte> Magic => "esmmpack"u8;

    /// <summary>Where the packed log of some data files is looked for unless another place is named: beside the first of them.</summary>
    public static string PlaceFor(IReadOnlyList<string> dataFiles)
    {
        ArgumentNullException.ThrowIfNull(dataFiles);
        return dataFiles[0] + Extension;
    }

    /// <summary>Writes packed data to a file; an earlier one stays until the new one is whole.</summary>
    /// <param name="path">The file.</param>
    /// <param name="key">The key of the data, made before they were read.</param>
    /// <param name="data">The data.</param>
    /// <param name="cancellation">Stops writing; nothing is left behind.</param>
    /// <exception cref="EsmmException">A data file changed since the key was made, the file cannot be written, or it is a file of another kind.</exception>
    public static void Save(string path, PackedKey key, PackedData data, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(key);
        ArgumentNullException.ThrowIfNull(data);
        RequireReplaceable(path);
        PackedKey complete = key.WithDigests(cancellation);
        AtomicFile.Write(path, stream => PackedFileWriter.Write(stream, complete, data, cancellation));
    }

    /// <summary>Refuses a path at which a file of another kind lies: it is not replaced.</summary>
    /// <param name="path">The file; it need not be there.</param>
    /// <exception cref="EsmmException">There is a file, and it is no packed log, or can't be read.</exception>
    public static void RequireReplaceable(string path)
    {
        if (!File.Exists(path))
        {
            return;
        }

        if (!IsPackedLog(path))
        {
            throw new EsmmException(EsmmErrorKind.Data, "is not a packed log", path, "a file that esmm pack wrote, or no file", "It is not replaced: remove it, or name another place.");
        }
    }

    /// <summary>Opens a packed log if it is whole and stands for a key.</summary>
    /// <param name="path">The file; it need not be there.</param>
    /// <param name="key">The key of the data as they are now.</param>
    /// <param name="unusable">Why it can't be used, as the end of a sentence about it; null if it is not there or was opened.</param>
    /// <param name="cancellation">Stops checking.</param>
    /// <returns>The data; null if it can't be used.</returns>
    /// <exception cref="EsmmException">It is a file of another kind, or can't be read, so must not be replaced; or a data file can't be read.</exception>
    public static PackedData? TryOpen(string path, PackedKey key, out string? unusable, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(key);
        unusable = null;
        if (!File.Exists(path))
        {
            return null;
        }

        PackedFileReader? reader = null;
        PackedData? data = null;
        try
        {
            RequireReplaceable(path);
            reader = PackedFileReader.Open(path, cancellation, out unusable);
            unusable ??= reader!.Contents.Key.StaleBecause(key, cancellation);
            data = unusable is null ? reader!.Data() : null;
            return data;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            unusable = "can't be read: " + e.Message.TrimEnd('.');
            return null;
        }
        catch (Exception e) when (e is System.Text.Json.JsonException or EsmmException { Kind: EsmmErrorKind.ModelFile })
        {
            unusable = "is damaged: " + e.Message.TrimEnd('.');
            return null;
        }
        finally
        {
            if (data is null)
            {
                reader?.Dispose();
            }
        }
    }

    private static bool IsPackedLog(string path)
    {
        try
        {
            Span<byte> begin = stackalloc byte[Magic.Length];
            using SafeFileHandle file = File.OpenHandle(path, share: FileShare.Read | FileShare.Delete);
            return RandomAccess.Read(file, begin, 0) == begin.Length && begin.SequenceEqual(Magic);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or NotSupportedException)
        {
            throw new EsmmException(EsmmErrorKind.Data, "can't be read: " + e.Message.TrimEnd('.'), path, "a packed log, or no file", "It is not replaced: remove it, or name another place.", e);
        }
    }
}
