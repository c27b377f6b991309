using System.Runtime.InteropServices;

namespace EsmmLite.Persistence;

/// <summary>Tells a file from what only has the name of one: a device, a pipe, a socket.</summary>
/// <remarks>.NET does not tell them apart; on Linux the C library does.</remarks>
internal static class FileKind
{
    private const int RelativeToFolder = -100, Follow = 0, WithKind = 1;
    private const int ModeAt = 28, BytesOfAnswer = 256;
    private const int KindBits = 0xF000, Regular = 0x8000, Folder = 0x4000;

    // Links in here lead to what a process has open (/dev/stdout), and are the system's own.
    private static readonly string[] SystemFolders = ["/dev/", "/proc/"];

    /// <summary>Whether something else than a file or a folder stands at a path, or a link of the system's. A free path holds nothing.</summary>
    /// <param name="path">The full path.</param>
    public static bool IsSpecial(string path)
    {
        if (!OperatingSystem.IsLinux())
        {
            return false;
        }

        return Kind(path) is not (null or Regular or Folder)
            || (SystemFolders.Any(folder => path.StartsWith(folder, StringComparison.Ordinal)) && new FileInfo(path).LinkTarget is not null);
    }

    private static unsafe int? Kind(string path)
    {
        byte* answer = stackalloc byte[BytesOfAnswer];
        nint text = Marshal.StringToCoTaskMemUTF8(path);
        try
        {
            return Status(RelativeToFolder, text, Follow, WithKind, answer) == 0 ? *(ushort*)(answer + ModeAt) & KindBits : null;
        }
        catch (Exception e) when (e is DllNotFoundException or EntryPointNotFoundException)
        {
            return null; // an old C library: the path is taken for what it is called
        }
        finally
        {
            Marshal.FreeCoTaskMem(text);
        }
    }

    // Its answer has the same layout on every processor, which that of stat has not.
    [DllImport("libc", EntryPoint = "statx")]
    private static extern unsafe int Status(int folder, nint path, int flags, uint mask, byte* answer);
}
