using EsmmLite.Persistence;

namespace EsmmLite.Tests.Persistence;

public sealed class DamagedFileTests : IDisposable
{
    private readonly TinyFile _tiny = new();
    private readonly byte[] _good = TinyFile.Bytes();

    public void Dispose() => _tiny.Dispose();

    [Fact]
    public void Every_truncation_is_refused()
    {
        for (int length = 0; length < _good.Length; length++)
        {
            _tiny.Refuse(_good[..length]);
        }
    }

    [Fact]
    public void Every_flipped_bit_is_refused()
    {
        byte[] bytes = [.. _good];
        for (int bit = 0; bit < bytes.Length * 8; bit++)
        {
            bytes[bit / 8] ^= (byte)(1 << (bit % 8));
            _tiny.Refuse(bytes);
            bytes[bit / 8] ^= (byte)(1 << (bit % 8));
        }

        _tiny.Open(bytes).Dispose();
    }

    [Fact]
    public void Mutants_of_a_header_are_parsed_or_refused_but_never_crash()
    {
        // Without the checksum in the way: most mutants of a file never reach the parser's depths.
        int length = BitConverter.ToInt32(_good);
        byte[] header = _good[8..(8 + length)];
        var random = new Random(2);
        int refused = 0;
        for (int i = 0; i < 20_000; i++)
        {
            try
            {
                SafetensorsHeader.Parse(Mutator.Bytes(header, header, random), _good.Length - 8 - length, "mutant");
            }
            catch (EsmmException e) when (e.Kind == EsmmErrorKind.ModelFile)
            {
                refused++;
            }
        }

        Assert.InRange(refused, 10_000, 20_000);
    }
}
