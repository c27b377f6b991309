using EsmmLite.Diagnostics;
using Microsoft.Win32.SafeHandles;

namespace EsmmLite.Persistence;

/// <summary>An open file, read by position. Every failure is an <see cref="EsmmException"/> that names the file and the byte.</summary>
/// <remarks>Safe for several threads: there is no current position.</remarks>
internal sealed class FileBytes : IDisposable
{
    private readonly SafeFileHandle _handle;

    public FileBytes(string path)
    {
        Path = path;
        SafeFileHandle? handle = null;
        try
        {
            handle = File.OpenHandle(path, FileMode.Open, FileAccess.Read, FileShare.Read);
            Length = RandomAccess.GetLength(handle);
            _handle = handle;
        }
        catch (Exception e) when (IsInputOutput(e))
        {
            handle?.Dispose();
            throw new EsmmException(EsmmErrorKind.ModelFile, ErrorText.WhyUnreadable(path, e), path, "a model file", innerException: e);
        }
    }

    /// <summary>The file's name, for messages.</summary>
    public string Path { get; }

    /// <summary>The length when the file was opened.</summary>
    public long Length { get; }

    /// <summary>Fills a span from a place in the file.</summary>
    public void Read(long offset, Span<byte> destination)
    {
        while (destination.Length > 0)
        {
            int count;
            try
            {
                count = RandomAccess.Read(_handle, destination, offset);
            }
            catch (Exception e) when (IsInputOutput(e))
            {
                throw Fault(Path, offset, $"the file cannot be read ({e.Message.TrimEnd('.')})", innerException: e);
            }

            if (count <= 0)
            {
                throw Fault(Path, offset, "the file became shorter while it was read");
            }

            offset += count;
            destination = destination[count..];
        }
    }

    public void Dispose() => _handle.Dispose();

    /// <summary>What every reader of this room throws.</summary>
    /// <param name="path">The file.</param>
    /// <param name="offset">The byte, counted from the start of the file.</param>
    /// <param name="reason">What is wrong.</param>
    /// <param name="expected">What was expected instead.</param>
    /// <param name="hint">What to do.</param>
    /// <param name="innerException">The cause.</param>
    public static EsmmException Fault(string path, long offset, string reason, string? expected = null, string? hint = null, Exception? innerException = null) =>
        new(EsmmErrorKind.ModelFile, reason, $"{path}, byte {offset}", expected, hint ?? "The file is damaged, incomplete or not EsmmLite's; save or copy it again.", innerException);

    private static bool IsInputOutput(Exception e) =>
        e is IOException or UnauthorizedAccessException or NotSupportedException or ArgumentException or System.Security.SecurityException;
}
