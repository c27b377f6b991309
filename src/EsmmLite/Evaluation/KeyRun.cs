using System.Runtime.InteropServices;

namespace EsmmLite.Evaluation;

/// <summary>A sorted run of keys that is read in blocks, from memory or from disk.</summary>
internal abstract class KeyRun
{
    /// <summary>The next keys; none at the end. Valid until the next call.</summary>
    public abstract ReadOnlyMemory<uint> NextBlock();

    /// <summary>A run in memory: one block.</summary>
    public sealed class InMemory(ReadOnlyMemory<uint> keys) : KeyRun
    {
        private ReadOnlyMemory<uint> _keys = keys;

        public override ReadOnlyMemory<uint> NextBlock()
        {
            ReadOnlyMemory<uint> keys = _keys;
            _keys = default;
            return keys;
        }
    }

    /// <summary>A stretch of a file.</summary>
    public sealed class OnDisk(FileStream file, long start, long keys) : KeyRun
    {
        private const int BlockKeys = 1 << 14;
        private readonly uint[] _block = new uint[(int)Math.Min(BlockKeys, keys)];
        private long _done;

        public override ReadOnlyMemory<uint> NextBlock()
        {
            int count = (int)Math.Min(_block.Length, keys - _done);
            Span<byte> bytes = MemoryMarshal.AsBytes(_block.AsSpan(0, count));
            long at = (start + _done) * sizeof(uint);
            for (int read = 0; read < bytes.Length;)
            {
                int more = RandomAccess.Read(file.SafeFileHandle, bytes[read..], at + read);
                read += more > 0 ? more : throw new EndOfStreamException("the temporary file of scores is shorter than it was");
            }

            _done += count;
            return _block.AsMemory(0, count);
        }
    }
}
