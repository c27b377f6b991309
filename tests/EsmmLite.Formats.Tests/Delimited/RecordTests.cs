using EsmmLite.Formats.Delimited;

namespace EsmmLite.Formats.Tests.Delimited;

public sealed class RecordTests : IDisposable
{
    private readonly TestFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void RecordsAndHeaderAreGivenAsTheyWereWritten()
    {
        string[] records = ["1;\"a;\"\"b\"\"\nc\"\r\n", " 2 ;ü\n", "\"3\";"];
        using DelimitedLog log = _folder.Log("id;\"the text\"\r\n" + string.Concat(records));
        using DelimitedReader reader = log.Open("id", "the text");
        Assert.Equal(("id;\"the text\"", ';'), (reader.HeaderText, reader.Delimiter));
        foreach (string record in records)
        {
            Assert.True(reader.Read());
            Assert.Equal(record, reader.Record.ToString());
        }

        Assert.False(reader.Read());
    }

    [Fact]
    public void HeaderTextFollowsTheFile()
    {
        using var log = new DelimitedLog([_folder.Write("a.csv", "id,x\n1,2\n"), _folder.Write("b.tsv", "x\tid\n4\t3\n")]);
        using DelimitedReader reader = log.Open("id");
        Assert.True(reader.Read());
        Assert.Equal(("id,x", ','), (reader.HeaderText, reader.Delimiter));
        Assert.True(reader.Read());
        Assert.Equal(("x\tid", '\t', "4\t3\n", "3"), (reader.HeaderText, reader.Delimiter, reader.Record.ToString(), reader.Value(0).ToString()));
    }
}
