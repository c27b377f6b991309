using EsmmLite.Persistence;

namespace EsmmLite.Tests.Training;

/// <summary>A file system of which one operation fails, or that one and all after it, as when a process dies.</summary>
/// <param name="failing">The number of the operation, from 1.</param>
/// <param name="forGood">Whether all after it fail too.</param>
internal sealed class FailingFiles(int failing, bool forGood) : DiskFiles
{
    /// <summary>Operations so far.</summary>
    public int Operations { get; private set; }

    /// <summary>Whether one failed.</summary>
    public bool HasFailed => Operations >= failing;

    internal override Stream Create(string path)
    {
        Count();
        return new CountedStream(base.Create(path), this);
    }

    internal override void Flush(Stream stream)
    {
        Count();
        base.Flush(((CountedStream)stream).Inner);
    }

    internal override void Rename(string from, string to)
    {
        Count();
        base.Rename(from, to);
    }

    internal override void Delete(string path)
    {
        Count();
        base.Delete(path);
    }

    internal override IEnumerable<string> List(string directory)
    {
        Count();
        return base.List(directory);
    }

    private void Count()
    {
        Operations++;
        if (Operations == failing || (forGood && Operations > failing))
        {
            throw new IOException("operation " + Operations + " failed");
        }
    }

    private sealed class CountedStream(Stream inner, FailingFiles files) : Stream
    {
        public Stream Inner => inner;

        public override bool CanRead => false;

        public override bool CanSeek => false;

        public override bool CanWrite => true;

        public override long Length => inner.Length;

        public override long Position { get => inner.Position; set => throw new NotSupportedException(); }

        public override void Write(ReadOnlySpan<byte> buffer)
        {
            files.Count();
            inner.Write(buffer);
        }

        public override void Write(byte[] buffer, int offset, int count) => Write(buffer.AsSpan(offset, count));

        public override void Flush() => inner.Flush();

        public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

        public override void SetLength(long value) => throw new NotSupportedException();

        protected override void Dispose(bool disposing)
        {
            inner.Dispose();
            base.Dispose(disposing);
        }
    }
}
