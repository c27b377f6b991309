using System.Runtime.InteropServices;

namespace EsmmLite.Persistence;

/// <summary>Flushes a directory to disk, so that a rename survives a loss of power.</summary>
/// <remarks>.NET cannot open a directory; on Unix the C library can. Windows has no such call and needs none on NTFS.</remarks>
internal static class DirectoryFlush
{
    private const int ReadOnly = 0;

    /// <summary>Best effort: the file is complete and in place already, and some file systems refuse to flush a directory.</summary>
    public static void Try(string directory)
    {
        if (OperatingSystem.IsWindows())
        {
            return;
        }

        nint path = Marshal.StringToCoTaskMemUTF8(directory);
        try
        {
            int descriptor = Open(path, ReadOnly);
            if (descriptor >= 0)
            {
                _ = Sync(descriptor);
                _ = Close(descriptor);
            }
        }
        catch (Exception e) when (e is DllNotFoundException or EntryPointNotFoundException)
        {
            // A system without a C library of this name: the rename reaches the disk when the system sees fit.
        }
        finally
        {
            Marshal.FreeCoTaskMem(path);
        }
    }

    // Only blittable arguments: no marshalling code is generated, so ahead-of-time compilation is safe.
    [DllImport("libc", EntryPoint = "open")]
    private static extern int Open(nint path, int flags);

    [DllImport("libc", EntryPoint = "fsync")]
    private static extern int Sync(int descriptor);

    [DllImport("libc", EntryPoint = "close")]
    private static extern int Close(int descriptor);
}
