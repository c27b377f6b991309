using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;
using System.Text.RegularExpressions;
using EsmmLite.Features;
using EsmmLite.Formats.Delimited;
using EsmmLite.Formats.Packed;

namespace EsmmLite.Formats.Tests.Packed;

/// <summary>Mutants of a packed log: said to be unusable, or read; nothing else. With a right checksum too, so that what stands behind it is reached.</summary>
public sealed partial class PackedMutantTests : IDisposable
{
    private const int Mutants = 5_000;
    private const int TrailerBytes = 16 + 32;

    private static readonly string[] Hostile =
        ["-1", "0", "1", "63", "64", "1e2", "2147483648", "9223372036854775807", "1e400", "null", "true", "[]", "{}", "[null]", "\"\"", "\"x\"", "\"\\ud800\"", "\"training\"", "\"validation\""];

    private static readonly Schema Schema = TestFolder.Numbers() with
    {
        Fields = [new VocabularyField { Name = "user" }, new NumericField { Name = "id" }, new NumericField { Name = "cut", Column = "id", Buckets = 4 }],
    };

    private readonly TestFolder _folder = new();
    private readonly DelimitedLog _log;
    private readonly string _path;
    private readonly byte[] _good;

    public PackedMutantTests()
    {
        _log = _folder.Numbered(60);
        _path = Path.Combine(_folder.Path, "log.esmmpack");
        PackedKey key = Key();
        FeatureSpace space = LogSurvey.Run(_log, Schema, Holdout.ByRow(0.2, 1), 1).Space;
        using PackedData data = new(space, PackedParts.Pack(_log, space, Holdout.ByRow(0.2, 1)));
        PackedFile.Save(_path, key, data);
        _good = File.ReadAllBytes(_path);
    }

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void DamagedFilesAreUnusable()
    {
        for (int i = 0; i < Mutants; i++)
        {
            byte[] mutant = Damage(_good, new Random(i));
            if (!mutant.AsSpan().SequenceEqual(_good))
            {
                Assert.True(Try(mutant, i) is not null, "mutant " + i + " was opened");
            }
        }
    }

    [Fact]
    public void ForgedFilesAreUnusableOrRead()
    {
        HashSet<string> reasons = [];
        int opened = 0;
        for (int i = 0; i < Mutants; i++)
        {
            var random = new Random(i);
            string? reason = Try(Sealed(random.Next(4) > 0 ? ForgeContents(random) : Damage(_good[..^32], random)), i);
            opened += reason is null ? 1 : 0;
            reasons.Add(new string([.. (reason ?? "").TakeWhile(c => c is not '\'' and not '"' && !char.IsAsciiDigit(c))]));
        }

        Assert.InRange(opened, 50, Mutants / 2);
        Assert.InRange(reasons.Count, 12, 200);
    }

    [Theory]
    [InlineData(0L, 10L)]
    [InlineData(-1L, 10L)]
    [InlineData(64L, long.MaxValue)]
    [InlineData(64L, -1L)]
    [InlineData(long.MaxValue, long.MaxValue)]
    [InlineData(64L, 2_000_000_000L)]
    public void ATableOfContentsThatIsElsewhereIsNotLookedFor(long offset, long length)
    {
        byte[] bytes = [.. _good[..^32]];
        BinaryPrimitives.WriteInt64LittleEndian(bytes.AsSpan(bytes.Length - 16), offset);
        BinaryPrimitives.WriteInt64LittleEndian(bytes.AsSpan(bytes.Length - 8), length);
        long before = GC.GetAllocatedBytesForCurrentThread();
        Assert.Contains("table of contents", Try(Sealed(bytes), 0), StringComparison.Ordinal);
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 8 << 20);
    }

    private static byte[] Sealed(byte[] bytes) => [.. bytes, .. SHA256.HashData(bytes)];

    private static byte[] Damage(byte[] good, Random random)
    {
        int at = random.Next(good.Length), from = random.Next(good.Length), count = random.Next(1, Math.Min(200, good.Length - from) + 1);
        byte[] bytes = [.. good];
        switch (random.Next(6))
        {
            case 0 or 1:
                bytes[at] ^= (byte)(1 << random.Next(8));
                return bytes;
            case 2:
                return bytes[..at];
            case 3:
                bytes.AsSpan(from, count).Clear();
                return bytes;
            case 4:
                return [.. bytes[..at], .. bytes[from..(from + count)], .. bytes[at..]];
            default:
                return [.. bytes[..from], .. bytes[(from + count)..]];
        }
    }

    private byte[] ForgeContents(Random random)
    {
        int start = (int)BinaryPrimitives.ReadInt64LittleEndian(_good.AsSpan(_good.Length - TrailerBytes));
        MatchCollection tokens = Token().Matches(Encoding.UTF8.GetString(_good.AsSpan(start, _good.Length - TrailerBytes - start)));
        List<string> changed = [.. tokens.Select(match => match.Value)];
        int at = random.Next(changed.Count);
        switch (random.Next(6))
        {
            case 0:
                changed.RemoveRange(at, Math.Min(random.Next(1, 6), changed.Count - at));
                break;
            case 1:
                int other = random.Next(changed.Count);
                (changed[at], changed[other]) = (changed[other], changed[at]);
                break;
            default:
                // Values, not punctuation: a broken text reaches nothing behind the parser.
                List<int> values = [.. Enumerable.Range(0, changed.Count).Where(i => changed[i].Length > 1 || char.IsAsciiDigit(changed[i][0]))];
                changed[values[random.Next(values.Count)]] = random.Next(3) == 0 ? changed[values[random.Next(values.Count)]] : Hostile[random.Next(Hostile.Length)];
                break;
        }

        byte[] json = Encoding.UTF8.GetBytes(string.Concat(changed));
        return [.. _good[..start], .. json, .. BitConverter.GetBytes((long)start), .. BitConverter.GetBytes((long)json.Length)];
    }

    /// <summary>Why the file can't be used; null if all its rows were read.</summary>
    private string? Try(byte[] bytes, int mutant)
    {
        File.WriteAllBytes(_path, bytes);
        try
        {
            using PackedData? data = PackedFile.TryOpen(_path, Key(), out string? unusable);
            Assert.Equal(unusable is null, data is not null);
            foreach (PackedLog? log in (PackedLog?[])[data?.Training, data?.Validation])
            {
                if (log is not null)
                {
                    ImpressionBatch batch = data!.Space.CreateBatch((int)log.Rows);
                    log.Read(0, (int)log.Rows, batch, 0);
                }
            }

            return unusable;
        }
        catch (EsmmException e) when (e.Kind == EsmmErrorKind.Data && e.Message.Contains("is not a packed log", StringComparison.Ordinal))
        {
            return "is not a packed log";
        }
        catch (Exception e)
        {
            throw new InvalidOperationException("mutant " + mutant + ": " + e.Message, e);
        }
    }

    private PackedKey Key() => PackedKey.Of(Schema, _log, Holdout.ByRow(0.2, 1), null, 1);

    [GeneratedRegex("""-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?|"(?:[^"\\]|\\.)*"|true|false|null|.""", RegexOptions.Singleline)]
    private static partial Regex Token();
}
