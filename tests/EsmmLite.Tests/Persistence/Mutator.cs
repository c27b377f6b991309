using System.Buffers.Binary;
using System.Text.RegularExpressions;

namespace EsmmLite.Tests.Persistence;

/// <summary>Damages files and JSON texts in every way that a bad disk, a bad copy or a bad person would.</summary>
internal static partial class Mutator
{
    private static readonly string[] Hostile =
    [
        "-1", "0", "1", "2", "3", "-0", "1e2", "0.5", "1e400", "1e-320", "4096", "65536", "2147483647", "2147483648", "4294967296", "9223372036854775807",
        "9223372036854775808", "18446744073709551615", "null", "true", "[]", "{}", "\"\"", "\"x\"", "\"\\u0000\"", "\"\\ud800\"", "\"\u00e9\"", "\"F64\"", "\"I64\"", "\"numeric\"",
    ];

    /// <summary>A damaged copy of some bytes.</summary>
    /// <param name="good">The bytes.</param>
    /// <param name="other">Other good bytes, to take pieces from.</param>
    /// <param name="random">Decides how.</param>
    public static byte[] Bytes(byte[] good, byte[] other, Random random)
    {
        int at = random.Next(good.Length), from = random.Next(good.Length);
        int count = random.Next(1, Math.Min(1 + (good.Length / 4), good.Length - from) + 1);
        byte[] bytes = [.. good];
        switch (random.Next(14))
        {
            case 0 or 1:
                bytes[at] ^= (byte)(1 << random.Next(8));
                return bytes;
            case 2:
                bytes[at] = (byte)random.Next(256);
                return bytes;
            case 3:
                for (int i = random.Next(2, 20); i > 0; i--)
                {
                    bytes[random.Next(bytes.Length)] ^= (byte)(1 << random.Next(8));
                }

                return bytes;
            case 4:
                return bytes[..at];
            case 5:
                bytes.AsSpan(from, count).Clear();
                return bytes;
            case 6:
                byte[] more = new byte[random.Next(1, 100)];
                random.NextBytes(more);
                return [.. bytes, .. more];
            case 7:
                return [.. bytes, .. other];
            case 8:
                return [.. bytes[..at], .. bytes[from..(from + count)], .. bytes[at..]];
            case 9:
                return [.. bytes[..from], .. bytes[(from + count)..]];
            case 10:
                good.AsSpan(from, count).CopyTo(bytes.AsSpan(Math.Min(at, bytes.Length - count)));
                return bytes;
            case 11:
                int cut = random.Next(other.Length);
                return [.. bytes[..at], .. other[cut..]];
            case 12:
                int place = random.Next(other.Length), length = Math.Min(random.Next(1, 200), Math.Min(other.Length - place, bytes.Length - at));
                other.AsSpan(place, length).CopyTo(bytes.AsSpan(at));
                return bytes;
            default:
                ulong claim = random.Next(3) == 0 ? (ulong)random.NextInt64() << 1 : 1UL << random.Next(64);
                BinaryPrimitives.WriteUInt64LittleEndian(bytes, claim);
                return bytes;
        }
    }

    /// <summary>A JSON text with some of its tokens replaced, removed, doubled or exchanged: most stay JSON, and say something else.</summary>
    public static string Json(string text, Random random)
    {
        List<string> tokens = [.. Token().Matches(text).Select(match => match.Value)];
        for (int times = random.Next(1, 3); times > 0; times--)
        {
            int at = random.Next(tokens.Count), count = Math.Min(random.Next(1, 12), tokens.Count - at);
            switch (random.Next(8))
            {
                case 0:
                    tokens.RemoveRange(at, count);
                    break;
                case 1:
                    tokens.InsertRange(at, tokens[at..(at + count)]);
                    break;
                case 2:
                    int other = random.Next(tokens.Count);
                    (tokens[at], tokens[other]) = (tokens[other], tokens[at]);
                    break;
                default:
                    // Values, not commas: a broken text is refused by the parser, and nothing behind it is reached.
                    List<int> values = [.. Enumerable.Range(0, tokens.Count).Where(i => tokens[i].Length > 1 || char.IsAsciiDigit(tokens[i][0]))];
                    int value = values.Count == 0 ? at : values[random.Next(values.Count)];
                    tokens[value] = random.Next(3) == 0 ? tokens[values.Count == 0 ? at : values[random.Next(values.Count)]] : Hostile[random.Next(Hostile.Length)];
                    break;
            }

            if (tokens.Count == 0)
            {
                return "";
            }
        }

        return string.Concat(tokens);
    }

    [GeneratedRegex("""-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?|"(?:[^"\\]|\\.)*"|true|false|null|.""", RegexOptions.Singleline)]
    private static partial Regex Token();
}
