namespace EsmmLite.Formats.Delimited;

/// <summary>Bytes that were read already, then the rest of a stream, then bytes to follow it.</summary>
internal sealed class JoinedStream(byte[] head, Stream body, byte[] tail) : ReadOnlyStream
{
    private int _headRead;
    private int _tailRead;

    /// <summary>Whether bytes of the tail were asked for.</summary>
    public bool IsTailTaken => _tailRead > 0;

    public override int Read(Span<byte> buffer)
    {
        if (_headRead < head.Length)
        {
            return Take(head, ref _headRead, buffer);
        }

        // Once the tail is begun the body is over, even if it is a terminal that could give more.
        int read = _tailRead > 0 ? 0 : body.Read(buffer);
        return read > 0 || buffer.IsEmpty ? read : Take(tail, ref _tailRead, buffer);
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            body.Dispose();
        }

        base.Dispose(disposing);
    }

    private static int Take(byte[] source, ref int taken, Span<byte> buffer)
    {
        int count = Math.Min(buffer.Length, source.Length - taken);
        source.AsSpan(taken, count).CopyTo(buffer);
        taken += count;
        return count;
    }
}
