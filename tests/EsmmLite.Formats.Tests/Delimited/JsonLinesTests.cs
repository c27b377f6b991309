using System.Globalization;
using System.Text;
using EsmmLite.Features;
using EsmmLite.Formats.Delimited;

namespace EsmmLite.Formats.Tests.Delimited;

public sealed class JsonLinesTests : IDisposable
{
    private readonly TestFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void ValuesAreThoseOfTheKeysInAnyOrder()
    {
        string text = """
            {"a":"x","b":1.50,"c":true}
              {"c":null, "b" : -1e3 ,"a":"say \"hi\",\n\u00e9 \ud83d\uDED2","more":{"deep":[1,{"a":2}]}}

            {"\u0062":"","z":[]}
            {}
            {"a":"日本é","b":false,"c":12345678901234567890}
            """;
        List<string[]> rows = TestFolder.Rows(_folder.Log(text, "log.jsonl"), "a", "b", "c", "a");
        Assert.Equal([["x", "1.50", "true"], ["say \"hi\",\né 🛒", "-1e3", ""], ["", "", ""], ["", "", ""], ["日本é", "false", "12345678901234567890"]], rows.Select(row => row[..3]));
        Assert.All(rows, row => Assert.Equal(row[0], row[3]));
    }

    [Theory]
    [InlineData("log.jsonl", true)]
    [InlineData("log.NDJSON", true)]
    [InlineData("log.jsonl.gz", true)]
    [InlineData("log.txt", true)] // by its first character
    [InlineData("log.csv", false)]
    [InlineData("log.tsv", false)]
    public void TheFormatComesFromTheNameOrElseFromTheFirstCharacter(string name, bool isJson)
    {
        byte[] text = Encoding.UTF8.GetBytes("{\"a\":1}\n{\"a\":2}\n");
        using DelimitedReader reader = new DelimitedLog([_folder.Write(name, name.EndsWith(".gz", StringComparison.Ordinal) ? TestFolder.Gzip("{\"a\":1}\n") : text)]).Open();
        Assert.Equal(isJson, reader.IsJson);
    }

    [Theory]
    [InlineData("{\"a\":1", "broken JSON")]
    [InlineData("{\"a\":01}", "broken JSON")]
    [InlineData("{\"a\":NaN}", "broken JSON")]
    [InlineData("{\"a\":1,}", "broken JSON")]
    [InlineData("{\"a\":1} {\"a\":2}", "broken JSON")]
    [InlineData("{\"a\":\"\\ud83d\"}", "broken JSON")]
    [InlineData("{'a':1}", "broken JSON")]
    [InlineData("a,b", "broken JSON")]
    [InlineData("[1]", "no JSON object")]
    [InlineData("3", "no JSON object")]
    [InlineData("null", "no JSON object")]
    [InlineData("{\"a\":{\"b\":1}}", "a: nested")]
    [InlineData("{\"a\":[]}", "a: nested")]
    [InlineData("{\"a\":1,\"\\u0061\":2}", "a: twice")]
    [InlineData("{\"a\":1,\"x\":1,\"x\":2}", "x: twice")]
    [InlineData("{\"a\":\"\\u0000\"}", "NUL character")]
    public void AFaultyLineIsCountedAndTheNextOneRead(string line, string reason)
    {
        var log = new DelimitedLog([_folder.Write("log.jsonl", "{\"a\":1}\n" + line + "\r\n{\"a\":3}")], new DelimitedLogOptions { MaxBadRows = 0.5 });
        using DelimitedReader reader = log.Open("a");
        Assert.True(reader.Read());
        Assert.True(reader.Read());
        Assert.Equal(("3", 3L, "{\"a\":3}"), (reader.Value(0).ToString(), reader.Line, reader.Record.ToString()));
        Assert.False(reader.Read());
        Assert.Equal([reason], reader.BadRows.Reasons.Keys);
        Assert.Contains("log.jsonl line 2", reader.BadRows.First, StringComparison.Ordinal);
    }

    [Fact]
    public void NestedKeysThatNobodyAsksForAreNoColumns()
    {
        DelimitedLog log = _folder.Log("{\"a\":1,\"tags\":[1,2]}\n{\"b\":2,\"a\":null}\n", "log.jsonl");
        Assert.Equal(["a", "b"], log.Header());
        Assert.Equal([["1"], [""]], TestFolder.Rows(log, "a"));
    }

    [Fact]
    public void AKeyThatNoLineHasIsMissing()
    {
        EsmmException e = Assert.Throws<EsmmException>(() => TestFolder.Rows(_folder.Log("{\"click\":1}\n", "log.jsonl"), "clik"));
        Assert.Contains("log.jsonl: there is no column \"clik\"", e.Message, StringComparison.Ordinal);
        Assert.Contains("Did you mean \"click\"?", e.Message, StringComparison.Ordinal);
        Assert.Empty(TestFolder.Rows(_folder.Log("", "log.jsonl"), "a")); // no line, no fault

        // One that comes late is a missing value before.
        string late = string.Concat(Enumerable.Repeat("{\"a\":1}\n", 60_000)) + "{\"a\":2,\"b\":\"here\"}\n";
        Assert.Equal(["", "here"], TestFolder.Rows(_folder.Log(late, "log.jsonl"), "b").TakeLast(2).Select(row => row[0]));
    }

    [Fact]
    public void ALineWithoutEndIsRefusedBeforeItFillsMemory()
    {
        var log = new DelimitedLog([_folder.Write("log.jsonl", "{\"a\":1}\n{\"a\":\"" + new string('x', 900_000))], new DelimitedLogOptions { MaxRecordLength = 300_000 });
        Assert.Contains("log.jsonl line 2: record 2 is too long", Assert.Throws<EsmmException>(() => TestFolder.Rows(log, "a")).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void ADelimiterHasNoMeaning()
    {
        var log = new DelimitedLog([_folder.Write("log.jsonl", "{}")], new DelimitedLogOptions { Delimiter = ';' });
        Assert.Equal(EsmmErrorKind.Usage, Assert.Throws<EsmmException>(() => TestFolder.Rows(log)).Kind);
    }

    [Fact]
    public void BytesThatAreNotUtf8NameTheLine()
    {
        byte[] bytes = [.. "{\"a\":1}\n{\"a\":\""u8, 0xE9, .. "\"}\n"u8];
        EsmmException e = Assert.Throws<EsmmException>(() => TestFolder.Rows(new DelimitedLog([_folder.Write("log.jsonl", bytes)]), "a"));
        Assert.Contains("log.jsonl line 2: bytes that are not UTF-8, in record 2, byte 7 of the line (0xE9)", e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void ALogOfJsonLinesTeachesWhatTheSameCsvDoes()
    {
        var csv = new StringBuilder("id,user,click,conversion\n");
        var json = new StringBuilder();
        for (int i = 0; i < 20_000; i++)
        {
            (int click, int conversion) = (i % 10 == 0 ? 1 : 0, i % 30 == 0 ? 1 : 0);
            csv.Append(CultureInfo.InvariantCulture, $"{i}.5,\"ü {i / 7}, \"\"{i % 3}\"\"\",{click},{conversion}\n");
            json.Append(CultureInfo.InvariantCulture, $"{{\"click\":{click},\"user\":\"ü {i / 7}, \\\"{i % 3}\\\"\",\"id\":{i}.5,\"conversion\":{conversion}}}\n");
        }

        Schema schema = TestFolder.Numbers() with { Fields = [new NumericField { Name = "id" }, new VocabularyField { Name = "user", MinCount = 2 }] };
        LogSurvey first = LogSurvey.Run(_folder.Log(csv.ToString()), schema, Holdout.ByColumn("user", 0.3, 1), cancellation: TestContext.Current.CancellationToken);
        LogSurvey second = LogSurvey.Run(_folder.Log(json.ToString(), "log.jsonl"), schema, Holdout.ByColumn("user", 0.3, 1), cancellation: TestContext.Current.CancellationToken);
        Assert.Equal(first.Space.ToJson(), second.Space.ToJson());
        Assert.Equal(first.Space.VocabularyBytes(1).ToArray(), second.Space.VocabularyBytes(1).ToArray());
        Assert.Equal((first.Training.Impressions, first.Validation.Impressions), (second.Training.Impressions, second.Validation.Impressions));
    }
}
