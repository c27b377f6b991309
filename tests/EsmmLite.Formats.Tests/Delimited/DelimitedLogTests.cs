using EsmmLite.Formats.Delimited;

namespace EsmmLite.Formats.Tests.Delimited;

public sealed class DelimitedLogTests : IDisposable
{
    private readonly TestFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("\n")]
    [InlineData("\r\n")]
    [InlineData("\r")]
    public void QuotedCommasQuotesAndNewlines(string end)
    {
        string text = string.Join(end, "recency,segment,visit", "10,\"6) $750 - $1,000\",0", "6,\"say \"\"hi\"\"\",1", "7,\"two\nlines\",0", "8,,1", "");
        List<string[]> rows = TestFolder.Rows(_folder.Log(text), "segment", "visit", "segment");
        Assert.Equal([["6) $750 - $1,000", "0"], ["say \"hi\"", "1"], ["two\nlines", "0"], ["", "1"]], rows.Select(row => row[..2]));
        Assert.All(rows, row => Assert.Equal(row[0], row[2]));
    }

    [Theory]
    [InlineData("a,b,c", "log.csv")]
    [InlineData("a;b;c", "log.csv")]
    [InlineData("a\tb\tc", "log.txt")]
    [InlineData("a|b|c", "log.csv")]
    [InlineData("\"x;y\",b,c", "log.csv")]
    [InlineData("a,a,a,a,a\tb\tc", "log.tsv")]
    [InlineData("a\tb\tc", "log.tsv.gz")]
    public void DelimiterComesFromNameOrHeader(string header, string name)
    {
        char delimiter = name.Contains(".tsv", StringComparison.Ordinal) ? '\t' : header.Trim('"').First(c => c is ',' or '\t' or '|' || (c == ';' && header[0] != '"'));
        DelimitedLog log = _folder.Log(header + "\n" + string.Join(delimiter, 1, 2, 3) + "\n", name);
        Assert.Equal([["2", "3"]], TestFolder.Rows(log, "b", "c"));
    }

    [Fact]
    public void ByteOrderMarkIsNoPartOfTheFirstName()
    {
        var log = new DelimitedLog([_folder.Write("bom.csv", [0xEF, 0xBB, 0xBF, .. "a,b\n1,é\n"u8])]);
        Assert.Equal([["1", "é"]], TestFolder.Rows(log, "a", "b"));
        Assert.Equal(["a", "b"], log.Header());
    }

    [Fact]
    public void HashSignsAndEmptyNamesAreOrdinary()
    {
        DelimitedLog log = _folder.Log("\t#id\tx\n5\t#1\t0\n#6\t'\t\"\"\"half\"\n", "log.tsv");
        Assert.Equal([["5", "#1", "0"], ["#6", "'", "\"half"]], TestFolder.Rows(log, "", "#id", "x"));
    }

    [Fact]
    public void GzipIsToldByItsBytesAndMayHaveSeveralMembers()
    {
        byte[] bytes = [.. TestFolder.Gzip("a,b\n1,2\n3,"), .. TestFolder.Gzip("4\n5,6\n")];
        Assert.Equal([["1", "2"], ["3", "4"], ["5", "6"]], TestFolder.Rows(new DelimitedLog([_folder.Write("no-name-hint", bytes)]), "a", "b"));
    }

    [Fact]
    public void GzipThatEndsEarlyOrIsDamagedIsAnError()
    {
        string text = "a,b\n" + string.Concat(Enumerable.Range(0, 20_000).Select(i => i * 7919L % 10007 + "," + i + "\n"));
        byte[] whole = TestFolder.Gzip(text);
        byte[] flipped = [.. whole];
        flipped[^6] ^= 1;
        byte[][] bad = [whole[..(whole.Length / 2)], whole[..^1], whole[..^8], [.. whole, .. whole[..5]], [.. whole, .. whole[..(whole.Length / 3)]], [.. whole, .. "junk"u8], flipped, whole[..2]];
        for (int i = 0; i < bad.Length; i++)
        {
            EsmmException e = Assert.Throws<EsmmException>(() => TestFolder.Rows(new DelimitedLog([_folder.Write("bad.gz", bad[i])]), "a"));
            Assert.Equal(EsmmErrorKind.Data, e.Kind);
            Assert.Contains("bad.gz line ", e.Message, StringComparison.Ordinal);
            Assert.Contains("gzip", e.Message, StringComparison.Ordinal);
        }

        Assert.Equal(20_000, TestFolder.Rows(new DelimitedLog([_folder.Write("good.gz", whole)]), "a").Count);
    }

    [Theory]
    [InlineData("a,b\n1,2\n3\n", 3)]
    [InlineData("a,b\r\n1,2\r\n3,4,5\r\n", 3)]
    [InlineData("a,b\n\"x\ny\",2\n\n\n3,4\n5\n", 7)]
    [InlineData("\"a\nz\",b\n1,2\n3,\n4,5,6\n", 5)]
    [InlineData("a,b\r1,2\r3\r", 3)]
    [InlineData("a,b\r\n\"x\r\ny\r\n\r\nz\",2\r\n5", 6)]
    public void RaggedRowsNameFileAndLine(string text, int line)
    {
        string second = text.StartsWith("\"a", StringComparison.Ordinal) ? "b" : "a";
        EsmmException e = Assert.Throws<EsmmException>(() => TestFolder.Rows(_folder.Log(text), second));
        Assert.Equal(EsmmErrorKind.Data, e.Kind);
        Assert.Contains("log.csv line " + line + ":", e.Message, StringComparison.Ordinal);
        Assert.Contains("expected 2 as in the header", e.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("a,b\n1,2\n\"open,3\n4,5\n", 3)]
    [InlineData("a,b\n1,2\n\"x\"y,3\n", 3)]
    public void QuotesThatDoNotMatchNameTheLine(string text, int line)
    {
        EsmmException e = Assert.Throws<EsmmException>(() => TestFolder.Rows(_folder.Log(text), "a"));
        Assert.Equal(EsmmErrorKind.Data, e.Kind);
        Assert.Contains("log.csv line " + line + ":", e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void ARecordWithoutEndIsRefusedBeforeItFillsMemory()
    {
        var log = new DelimitedLog([_folder.Write("long.csv", "a,b\n1,\"" + new string('x', 300_000))], new DelimitedLogOptions { MaxRecordLength = 100_000 });
        Assert.Contains("too long", Assert.Throws<EsmmException>(() => TestFolder.Rows(log, "a")).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void BytesThatAreNotUtf8NameTheLine()
    {
        // 0xE9 is é in Latin-1; a block end may fall anywhere, so a long file is tried too.
        byte[] latin = [.. "a,b\n1,2\n3,caf"u8, 0xE9, .. "\n"u8];
        EsmmException e = Assert.Throws<EsmmException>(() => TestFolder.Rows(new DelimitedLog([_folder.Write("latin.csv", latin)]), "a"));
        Assert.Contains("latin.csv line 3: bytes that are not UTF-8", e.Message, StringComparison.Ordinal);

        byte[] cut = [.. "a,b\n1,"u8, 0xE6, 0x97];
        Assert.Throws<EsmmException>(() => TestFolder.Rows(new DelimitedLog([_folder.Write("cut.csv", cut)]), "a"));
    }

    [Fact]
    public void CharactersAcrossBlockEndsAreWhole()
    {
        for (int shift = 0; shift < 4; shift++)
        {
            string text = "a,b\n" + new string('x', shift) + ",y\n" + string.Concat(Enumerable.Repeat("日本é🛒,1\n", 40_000));
            List<string[]> rows = TestFolder.Rows(_folder.Log(text), "a", "b");
            Assert.Equal(40_001, rows.Count);
            Assert.All(rows.Skip(1), row => Assert.Equal("日本é🛒", row[0]));
        }
    }

    [Fact]
    public void FilesAreReadInOrderByColumnNames()
    {
        string first = _folder.Write("1.csv", "a,b\n1,2\n3,4");
        string second = _folder.Write("2.tsv", "x\tb\ta\n0\t6\t5\n");
        var log = new DelimitedLog([first, second]);
        Assert.Equal([["1", "2"], ["3", "4"], ["5", "6"]], TestFolder.Rows(log, "a", "b"));
        using DelimitedReader reader = log.Open("a");
        Assert.True(reader.Read() && reader.Read() && reader.Read());
        Assert.Equal((second, 2L, 2L), (reader.File, reader.Line, reader.Row));
        Assert.False(reader.Read());
        Assert.False(reader.Read());
        Assert.Equal(log.TotalBytes, reader.BytesRead);
    }

    [Fact]
    public void MissingColumnsNameFileAndNearestName()
    {
        var log = new DelimitedLog([_folder.Write("1.csv", "click,b\n"), _folder.Write("2.csv", "clik,b\n")]);
        EsmmException e = Assert.Throws<EsmmException>(() => TestFolder.Rows(log, "click"));
        Assert.Equal(EsmmErrorKind.Data, e.Kind);
        Assert.Contains("2.csv line 1: there is no column \"click\"", e.Message, StringComparison.Ordinal);
        Assert.Contains("Did you mean \"clik\"?", e.Message, StringComparison.Ordinal);
        Assert.Contains("occurs twice", Assert.Throws<EsmmException>(() => TestFolder.Rows(_folder.Log("a,a\n"), "a")).Message, StringComparison.Ordinal);
        Assert.Contains("no header", Assert.Throws<EsmmException>(() => TestFolder.Rows(_folder.Log(""), "a")).Message, StringComparison.Ordinal);
        Assert.Equal(EsmmErrorKind.Data, Assert.Throws<EsmmException>(() => new DelimitedLog([_folder.Path + "/none.csv"])).Kind);
    }

    [Fact]
    public void FingerprintFollowsContentNotPacking()
    {
        string text = "a,b\n1,2\n3,4\n";
        string plain = Fingerprint(_folder.Write("p.csv", text));
        Assert.Equal(plain, Fingerprint(_folder.Write("z.csv.gz", TestFolder.Gzip(text))));
        Assert.NotEqual(plain, Fingerprint(_folder.Write("q.csv", "a,b\n1,2\n3,5\n")));
        Assert.NotEqual(plain, Fingerprint(_folder.Write("r.csv", "a,b\n1,2\n"), _folder.Write("s.csv", "a,b\n3,4\n")));
        Assert.Matches("^[0-9a-f]{64}$", plain);
    }

    [Fact]
    public void StandardInputIsReadOnceOrKept()
    {
        byte[] bytes = TestFolder.Gzip("a,b\n1,2\n");
        using var once = new DelimitedLog(["-"], new DelimitedLogOptions { StandardInput = new MemoryStream(bytes) });
        Assert.Equal([["1"]], TestFolder.Rows(once, "a"));
        Assert.Null(once.TotalBytes);
        Assert.Equal(EsmmErrorKind.Usage, Assert.Throws<EsmmException>(() => TestFolder.Rows(once, "a")).Kind);

        using var kept = new DelimitedLog(["-"], new DelimitedLogOptions { StandardInput = new MemoryStream(bytes), KeepStandardInput = true });
        Assert.Equal([["1"]], TestFolder.Rows(kept, "a"));
        Assert.Equal([["2"]], TestFolder.Rows(kept, "b"));
    }

    [Fact]
    public void ReadingAllocatesNothingPerRow()
    {
        DelimitedLog log = _folder.Log("a,b,c\n" + string.Concat(Enumerable.Repeat("1234,\"x, \"\"y\"\"\",é\n", 60_000)));
        using DelimitedReader reader = log.Open("a", "b", "c");
        for (int i = 0; i < 20_000; i++)
        {
            reader.Read();
        }

        long before = GC.GetAllocatedBytesForCurrentThread();
        long length = 0;
        while (reader.Read())
        {
            length += reader.Value(0).Length + reader.Value(1).Length + reader.Value(2).Length;
        }

        Assert.Equal(40_000L * (4 + 6 + 1), length);
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 4096);
    }

    private static string Fingerprint(params string[] files)
    {
        using DelimitedReader reader = new DelimitedLog(files).Open("a");
        while (reader.Read())
        {
            Assert.Null(reader.Fingerprint);
        }

        return reader.Fingerprint!;
    }
}
