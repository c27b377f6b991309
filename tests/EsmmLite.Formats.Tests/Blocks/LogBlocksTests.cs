using System.Globalization;
using System.Text;
using EsmmLite.Features;
using EsmmLite.Formats.Blocks;
using EsmmLite.Formats.Delimited;
using EsmmLite.Formats.Packed;

namespace EsmmLite.Formats.Tests.Blocks;

public sealed class LogBlocksTests : IDisposable
{
    private readonly TestFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void BlocksHoldWhatTheReaderGives()
    {
        // Quotes, escaped quotes, line ends in values, letters beyond ASCII, lone surrogates (none in UTF-8), empty and long values.
        string[] values = ["plain", "\"quoted, with comma\"", "\"say \"\"hi\"\"\"", "\"two\nlines\"", "", "日本é🛒", " spaced ", new string('x', 3000), "\"\"", "'"];
        var text = new StringBuilder("a,b,click,conversion\n");
        for (int i = 0; i < 12_000; i++)
        {
            text.Append(CultureInfo.InvariantCulture, $"{values[i % values.Length]},{values[i * 7 / 3 % values.Length]},{i % 2},0\n");
        }

        DelimitedLog log = _folder.Log(text.ToString());
        Schema schema = Texts("a", "b");
        Holdout holdout = Holdout.ByColumn("a", 0.4, 3);
        List<(long Line, bool Validation, string A, string B, byte Click)> expected = [];
        using (DelimitedReader reader = log.Open("a", "b", "click"))
        {
            while (reader.Read())
            {
                expected.Add((reader.Line, holdout.IsValidation(reader.Value(0)), reader.Value(0).ToString(), reader.Value(1).ToString(), (byte)(reader.Value(2)[0] - '0')));
            }
        }

        List<(bool Validation, string A, string B, byte Click)> training = [], validation = [];
        List<long> numbers = [];
        using var blocks = new LogBlocks(log, new RowRules(schema) { Holdout = holdout }, null, TestContext.Current.CancellationToken);
        while (blocks.Next() is { } block)
        {
            Take(block.Training, false, training, numbers);
            Take(block.Validation, true, validation, numbers);
        }

        Assert.NotEmpty(validation);
        Assert.Equal(expected.Where(row => !row.Validation).Select(row => (row.Validation, row.A, row.B, row.Click)), training);
        Assert.Equal(expected.Where(row => row.Validation).Select(row => (row.Validation, row.A, row.B, row.Click)), validation);
        Assert.Equal(Enumerable.Range(0, expected.Count).Select(i => (long)i), numbers.Order());
        Assert.Equal((training.Count, validation.Count), ((int)blocks.Training.Impressions, (int)blocks.Validation.Impressions));
        Assert.Null(blocks.Next());
    }

    [Theory]
    [InlineData(5000, "1,x,2,0", null, null, "line 5002, column \"click\": label \"2\"")] // labels: the reading thread's fault
    [InlineData(5000, "bad,u,0,0", null, null, "line 5002, field \"id\": value \"bad\"")] // values: the caller's
    [InlineData(5000, "1", null, null, "line 5002: the record has 1 fields")]
    [InlineData(5000, "bad,u,0,0", 5001, "1,x,2,0", "line 5002, field \"id\": value \"bad\"")] // the first wins, whichever thread meets it
    [InlineData(5000, "1,x,2,0", 5001, "bad,u,0,0", "line 5002, column \"click\"")]
    [InlineData(5000, "1,many,0,0", 5001, "bad,u,0,0", "line 5002, field \"count\": value \"many\"")] // and whichever field
    [InlineData(5000, "\"a\nb\",7,0,0", 5001, "bad,7,0,0", "line 5002, field \"id\": value \"a\\u000ab\"")]
    [InlineData(0, "bad,7,0,0", 5001, "bad,7,0,0", "line 2, field \"id\"")]
    public void TheFirstFaultOfTheLogIsReported(int row, string text, int? otherRow, string? otherText, string message)
    {
        string[] lines = [.. Enumerable.Range(0, 9000).Select(i => i + ",7,0,0")];
        lines[row] = text;
        if (otherRow is { } other)
        {
            lines[other] = otherText!;
        }

        DelimitedLog log = _folder.Log("id,user,click,conversion\n" + string.Join('\n', lines) + "\n");
        Schema schema = TestFolder.Numbers() with
        {
            Fields = [new NumericField { Name = "id", Standardise = false }, new NumericField { Name = "count", Column = "user", Standardise = false }],
        };
        string expected = "log.csv " + message;
        Assert.Contains(expected, Assert.Throws<EsmmException>(() => LogSurvey.Run(log, schema)).Message, StringComparison.Ordinal);
        Assert.Contains(expected, Assert.Throws<EsmmException>(() => PackedParts.Pack(log, FeatureSpace.FromSchema(schema))).Message, StringComparison.Ordinal);
        Assert.Contains(expected, Assert.Throws<EsmmException>(() => PackedParts.Pack(log, FeatureSpace.FromSchema(schema), Holdout.ByRow(0.5, 1))).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void AFileThatIsDamagedFurtherOnIsTheCallersFault()
    {
        byte[] whole = TestFolder.Gzip("id,user,click,conversion\n" + string.Concat(Enumerable.Range(0, 50_000).Select(i => i * 7919L % 10007 + ",u" + i + ",0,0\n")));
        whole[^6] ^= 1; // of the checksum at the end
        using var log = new DelimitedLog([_folder.Write("bad.csv.gz", whole)]);
        EsmmException e = Assert.Throws<EsmmException>(() => LogSurvey.Run(log, TestFolder.Numbers()));
        Assert.Contains("bad.csv.gz line ", e.Message, StringComparison.Ordinal);
        Assert.Contains("gzip", e.Message, StringComparison.Ordinal);

        using var second = new DelimitedLog([_folder.Write("a.csv", "id,user,click,conversion\n1,u,0,0\n"), _folder.Write("b.csv", "id,usr,click,conversion\n")]);
        Assert.Contains("b.csv line 1: there is no column \"user\"", Assert.Throws<EsmmException>(() => LogSurvey.Run(second, TestFolder.Numbers())).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void TheReadingThreadEndsWithThePass()
    {
        DelimitedLog log = _folder.Numbered(60_000);
        var left = new LogBlocks(log, new RowRules(TestFolder.Numbers()), null, TestContext.Current.CancellationToken);
        Assert.NotNull(left.Next()); // the rest is never asked for
        Assert.Throws<IOException>(() => OpenAlone(log)); // it has the file open
        left.Dispose();
        OpenAlone(log);

        using var cancelled = new CancellationTokenSource();
        var stopped = new LogBlocks(log, new RowRules(TestFolder.Numbers()), null, cancelled.Token);
        Assert.NotNull(stopped.Next());
        cancelled.Cancel();
        Assert.Throws<OperationCanceledException>(stopped.Next);
        stopped.Dispose();
        OpenAlone(log);
    }

    [Fact]
    public void AThreadThatWaitsForInputIsLeftToItself()
    {
        using var input = new WaitingStream();
        using var log = new DelimitedLog(["-"], new DelimitedLogOptions { StandardInput = input });
        var blocks = new LogBlocks(log, new RowRules(TestFolder.Numbers()), null, TestContext.Current.CancellationToken);
        Assert.NotNull(blocks.Next());
        Assert.True(input.Waits.Wait(TimeSpan.FromMinutes(1), TestContext.Current.CancellationToken));
        blocks.Dispose(); // comes back though nobody gives the stream its end
        Assert.False(input.End.IsSet);
        input.End.Set();
    }

    [Fact]
    public void CountsAreThoseOfTheBlocksHandedOut()
    {
        DelimitedLog log = _folder.Log("id,user,click,conversion\n" + string.Concat(Enumerable.Range(0, 20_000).Select(i => i + ",u,0," + (i % 5 == 0 ? 1 : 0) + "\n")));
        using var blocks = new LogBlocks(log, new RowRules(TestFolder.Numbers()), null, TestContext.Current.CancellationToken);
        long rows = 0;
        while (blocks.Next() is { } block)
        {
            rows += block.Training.Count;
            Assert.Equal(rows, blocks.Training.Impressions);
            Assert.InRange(blocks.Training.Dropped.Values.Sum(), (rows / 4) - 1, (rows / 4) + 1);
        }

        Assert.Equal(16_000, rows);
    }

    [Fact]
    public void AnExceptionThatIsNotOursSurfacesAsItIs()
    {
        using var log = new DelimitedLog(["-"], new DelimitedLogOptions { StandardInput = new BrokenStream() });
        using var blocks = new LogBlocks(log, new RowRules(TestFolder.Numbers()), null, TestContext.Current.CancellationToken);
        int rows = 0;
        IOException e = Assert.Throws<IOException>(() =>
        {
            while (blocks.Next() is { } block)
            {
                rows += block.Training.Count;
            }
        });
        Assert.Equal("the disk is gone", e.Message);
        Assert.InRange(rows, 1000, int.MaxValue);
    }

    private static void OpenAlone(DelimitedLog log) => new FileStream(log.Files[0], FileMode.Open, FileAccess.Read, FileShare.None).Dispose();

    private static Schema Texts(params string[] names) => new()
    {
        Fields = [.. names.Select(name => new HashedField { Name = name, Buckets = 100 })],
        Labels = [new LabelStage { Name = "click" }, new LabelStage { Name = "conversion" }],
    };

    private static void Take(RowBlock rows, bool isValidation, List<(bool, string, string, byte)> into, List<long> numbers)
    {
        for (int i = 0; i < rows.Count; i++)
        {
            into.Add((isValidation, Encoding.UTF8.GetString(rows.Column(0)[i]), Encoding.UTF8.GetString(rows.Column(1)[i]), rows.Labels(0)[i]));
            numbers.Add(rows.NumberOf(i));
        }
    }

    /// <summary>Gives a header and some rows, then waits for its end to be set.</summary>
    private sealed class WaitingStream : MemoryStream
    {
        public WaitingStream()
            : base(Encoding.UTF8.GetBytes("id,user,click,conversion\n" + string.Concat(Enumerable.Repeat("1,u,0,0\n", 2_500))))
        {
        }

        public ManualResetEventSlim Waits { get; } = new();

        public ManualResetEventSlim End { get; } = new();

        public override int Read(byte[] buffer, int offset, int count)
        {
            int read = base.Read(buffer, offset, count);
            if (read == 0)
            {
                Waits.Set();
                End.Wait();
            }

            return read;
        }
    }

    /// <summary>Gives a header and some rows, then fails.</summary>
    private sealed class BrokenStream : MemoryStream
    {
        public BrokenStream()
            : base(Encoding.UTF8.GetBytes("id,user,click,conversion\n" + string.Concat(Enumerable.Repeat("1,u,0,0\n", 40_000))))
        {
        }

        // A derived stream's Read of a span comes here too.
        public override int Read(byte[] buffer, int offset, int count) => base.Read(buffer, offset, count) is > 0 and var read ? read : throw new IOException("the disk is gone");
    }
}
