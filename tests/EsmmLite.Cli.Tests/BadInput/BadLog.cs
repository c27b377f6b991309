using System.IO.Compression;
using System.Text;

namespace EsmmLite.Cli.Tests.BadInput;

/// <summary>A log that something is wrong with, and what is said of it.</summary>
/// <param name="Name">What is wrong.</param>
/// <param name="File">The name of its file.</param>
/// <param name="Bytes">Its bytes.</param>
/// <param name="Message">What training says: where, and what. Null where nothing is wrong after all.</param>
public sealed record BadLog(string Name, string File, byte[] Bytes, string? Message)
{
    private const int Rows = 600;

    private static readonly string[] Sound = SmallLog.Text(Rows).TrimEnd('\n').Split('\n');
    private static readonly byte[] Packed = Gzip(SmallLog.Text(Rows));

    /// <summary>The faults of which a file has one somewhere, and files that only look faulty.</summary>
    public static IReadOnlyDictionary<string, BadLog> All { get; } = Faults().ToDictionary(log => log.Name);

    public override string ToString() => Name;

    private static IEnumerable<BadLog> Faults() =>
    [
        Text("missing column", string.Join('\n', Sound).Replace("user,", "usr,", StringComparison.Ordinal), "log.csv line 1: there is no column \"user\"; expected one of \"usr\""),
        Text("column twice", string.Join('\n', Sound).Replace("user,item,", "user,user,", StringComparison.Ordinal), "log.csv line 1: the column \"user\" occurs twice"),
        Line("wrong type", "u1,i1,cheap,0,0", "log.csv line 52, field \"price\": value \"cheap\" is not a number"),
        Line("not finite", "u1,i1,NaN,0,0", "log.csv line 52, field \"price\": value \"NaN\" is not finite"),
        Line("too few fields", "u1,i1", "log.csv line 52: the record has 2 fields"),
        Line("too many fields", "u1,i1,1,0,0,0", "log.csv line 52: the record has 6 fields"),
        Line("ragged after quoted lines", "\"u\n1\",i1,1,0,0\nu1", "log.csv line 54: the record has 1 fields"),
        Line("text behind a quote", "\"u\"1,i1,1,0,0", "log.csv line 52: the quotes of record 51 don't match"),
        Line("quote never closed", "\"u1,i1,1,0,0", "log.csv line 52: the quotes of record 51 don't match"),
        Line("label", "u1,i1,1,2,0", "log.csv line 52, column \"click\": label \"2\""),
        Line("no label", "u1,i1,1,0,", "log.csv line 52, column \"conversion\": label \"\""),
        Line("NUL", "u1\0,i1,1,0,0", "log.csv line 52: the record holds the character NUL"),
        new("invalid UTF-8", "log.csv", [.. Utf8(Sound[..51]), .. "caf\u00e9"u8[..4], .. ",i1,1,0,0\n"u8, .. Utf8(Sound[51..])], "log.csv line 52: bytes that are not UTF-8, in record 51, byte 4 of the line (0xC3)"),
        new("UTF-16", "log.csv", [0xFF, 0xFE, .. Encoding.Unicode.GetBytes(string.Join('\n', Sound))], "log.csv line 1: bytes that are not UTF-8, in the header, byte 1 of the line (0xFF)"),
        new("UTF-16 without a mark", "log.csv", Encoding.Unicode.GetBytes(string.Join('\n', Sound)), "log.csv line 1: the header holds the character NUL"),
        new("empty file", "log.csv", [], "log.csv line 1: there is no header"),
        Text("header only", Sound[0] + "\n", "there are no impressions to train on"),
        Text("empty lines only", "\n\n\n", "log.csv line 1: there is no column \"user\""),
        new("gzip cut in mid-stream", "log.csv.gz", Packed[..(Packed.Length / 2)], ": the gzip data end early, in record "),
        new("gzip without its end", "log.csv.gz", Packed[..^3], ": the gzip data end early, in record "),
        new("gzip cut in its second member", "log.csv.gz", [.. Packed, .. Packed[..20]], ": the gzip data end early, in record "),
        new("gzip damaged", "log.csv.gz", [.. Packed[..^6], (byte)(Packed[^6] ^ 1), .. Packed[^5..]], ": the gzip data are damaged, in or after "),
        new("no gzip behind its mark", "log.csv.gz", [0x1F, 0x8B, .. "this is no gzip at all, and long enough"u8], "log.csv.gz line 1: the gzip data are damaged, in or after the header"),
        new("junk behind gzip", "log.csv.gz", [.. Packed, .. "junk"u8], ": other bytes follow them"),
        Json("broken JSON", "{\"user\": \"u1\", \"item\"", "log.jsonl line 51: the line is no JSON: "),
        Json("no object", "[1, 2]", "log.jsonl line 51: the line is no object"),
        Json("key twice", "{\"user\":\"u1\",\"user\":\"u1\",\"item\":\"i1\",\"price\":1,\"click\":0,\"conversion\":0}", "log.jsonl line 51, key \"user\": the key stands twice in one object"),
        Json("nested value", "{\"user\":{\"id\":1},\"item\":\"i1\",\"price\":1,\"click\":0,\"conversion\":0}", "log.jsonl line 51, key \"user\": the value is an object or a list"),
        Json("text for a number", "{\"user\":\"u1\",\"item\":\"i1\",\"price\":\"cheap\",\"click\":0,\"conversion\":0}", "log.jsonl line 51, field \"price\": value \"cheap\" is not a number"),
        new("key nowhere", "log.jsonl", Utf8(JsonLines().Select(line => line.Replace("\"user\"", "\"usr\"", StringComparison.Ordinal))), "log.jsonl: there is no column \"user\"; expected one of \"usr\""),
        Text("no positives", string.Join('\n', Sound.Select((line, i) => i == 0 ? line : line[..^4] + ",0,0")), null),
        Text("lines of both kinds", string.Concat(Sound.Select((line, i) => line + (i % 3 == 0 ? "\r\n" : "\n"))), null),
        new("byte order mark", "log.csv", [0xEF, 0xBB, 0xBF, .. Utf8(Sound)], null),
        Line("64 KB value", new string('x', 1 << 16) + ",i1,1,0,0", null),
        Line("quoted lines", "\"u\r\n1\",\"i\n\n1\",\"1\",\"0\",\"0\"", null),
        new("several gzip members", "log.csv.gz", [.. Gzip(string.Join('\n', Sound[..99]) + "\nu1,i"), .. Gzip(""), .. Gzip("1,1,0,0\n" + string.Join('\n', Sound[99..]))], null),
        new("JSON lines", "log.jsonl.gz", Gzip(string.Join('\n', JsonLines())), null),
        Json("JSON with its own order and no price", "{\"click\":0,\"extra\":[1,{\"a\":2}],\"conversion\":0,\"user\":null,\"item\":\"\\u0069\\u0031\"}", null),
    ];

    private static IEnumerable<string> JsonLines() => Sound[1..].Select(line => line.Split(',')).Select(v => $"{{\"user\":\"{v[0]}\",\"item\":\"{v[1]}\",\"price\":{v[2]},\"click\":{v[3]},\"conversion\":{v[4]}}}");

    private static BadLog Text(string name, string text, string? message) => new(name, "log.csv", Encoding.UTF8.GetBytes(text), message);

    /// <summary>A sound log with something else in line 52.</summary>
    private static BadLog Line(string name, string line, string? message) => new(name, "log.csv", Utf8([.. Sound[..51], line, .. Sound[51..]]), message);

    /// <summary>Sound JSON lines with something else in line 51.</summary>
    private static BadLog Json(string name, string line, string? message) => new(name, "log.jsonl", Utf8([.. JsonLines().Take(50), line, .. JsonLines().Skip(50)]), message);

    private static byte[] Utf8(IEnumerable<string> lines) => Encoding.UTF8.GetBytes(string.Concat(lines.Select(line => line + "\n")));

    private static byte[] Gzip(string text)
    {
        using var stream = new MemoryStream();
        using (var gzip = new GZipStream(stream, CompressionLevel.Optimal))
        {
            gzip.Write(Encoding.UTF8.GetBytes(text));
        }

        return stream.ToArray();
    }
}
