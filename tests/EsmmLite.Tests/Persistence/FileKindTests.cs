using System.Diagnostics;
using EsmmLite.Persistence;

namespace EsmmLite.Tests.Persistence;

/// <summary>What is no file is never replaced by one: run as root, a save to /dev/null would put a model in its place.</summary>
public sealed class FileKindTests : IDisposable
{
    private readonly TinyFile _tiny = new();

    public void Dispose() => _tiny.Dispose();

    [Theory]
    [InlineData("/dev/null")]
    [InlineData("/dev/full")]
    [InlineData("/dev/stdout")]
    [InlineData("/proc/self/fd/0")]
    public void WhatBelongsToTheSystemIsSpecial(string path)
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "kinds of files are told apart on Linux only");
        Assert.True(FileKind.IsSpecial(path));
        Assert.Equal(EsmmErrorKind.Usage, Assert.Throws<EsmmException>(() => AtomicFile.RequireReplaceable(path)).Kind);
    }

    [Fact]
    public void APipeStaysWhatItIs()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "kinds of files are told apart on Linux only");
        using (Process make = Process.Start("mkfifo", _tiny.Path))
        {
            make.WaitForExit();
        }

        string link = _tiny.Path + ".link";
        File.CreateSymbolicLink(link, _tiny.Path);
        foreach (string path in (string[])[_tiny.Path, link])
        {
            var e = Assert.Throws<EsmmException>(() => AtomicFile.WriteText(path, "text"));
            Assert.Equal((EsmmErrorKind.Usage, path), (e.Kind, e.Where));
            Assert.Equal(EsmmErrorKind.Usage, Assert.Throws<EsmmException>(() => new PendingFile(path)).Kind);
        }

        Assert.True(FileKind.IsSpecial(_tiny.Path));
        Assert.Equal(2, Directory.GetFileSystemEntries(_tiny.Directory).Length);
    }

    [Fact]
    public void FilesFoldersLinksToThemAndFreePathsAreNot()
    {
        string link = _tiny.Path + ".link", dangling = _tiny.Path + ".dangling";
        AtomicFile.WriteText(_tiny.Path, "text");
        if (!OperatingSystem.IsWindows())
        {
            File.CreateSymbolicLink(link, _tiny.Path);
            File.CreateSymbolicLink(dangling, _tiny.Path + ".absent");
        }

        Assert.All((string[])[_tiny.Path, link, dangling, _tiny.Directory, _tiny.Path + ".absent"], path => Assert.False(FileKind.IsSpecial(path)));
    }
}
