using System.Globalization;
using System.IO.Compression;
using System.Text;
using EsmmLite.Features;
using EsmmLite.Formats.Delimited;

namespace EsmmLite.Formats.Tests;

/// <summary>A folder that is deleted with the test, and small logs in it.</summary>
internal sealed class TestFolder : IDisposable
{
    public TestFolder() => Path = Directory.CreateTempSubdirectory("esmm-test-").FullName;

    public string Path { get; }

    public string Write(string name, string text) => Write(name, Encoding.UTF8.GetBytes(text));

    public string Write(string name, byte[] bytes)
    {
        string path = System.IO.Path.Combine(Path, name);
        File.WriteAllBytes(path, bytes);
        return path;
    }

    /// <summary>A log whose first bad row is an error.</summary>
    public DelimitedLog Log(string text, string name = "log.csv") => new([Write(name, text)], new DelimitedLogOptions { MaxBadRows = 0 });

    /// <summary>A log of numbered rows: id, user (7 rows each), click, conversion.</summary>
    public DelimitedLog Numbered(int rows)
    {
        var text = new StringBuilder("id,user,click,conversion\n");
        for (int i = 0; i < rows; i++)
        {
            text.Append(CultureInfo.InvariantCulture, $"{i},u{i / 7},{(i % 10 == 0 ? 1 : 0)},{(i % 30 == 0 ? 1 : 0)}\n");
        }

        return Log(text.ToString());
    }

    public void Dispose() => Directory.Delete(Path, true);

    public static byte[] Gzip(string text)
    {
        using var stream = new MemoryStream();
        using (var gzip = new GZipStream(stream, CompressionLevel.Optimal))
        {
            gzip.Write(Encoding.UTF8.GetBytes(text));
        }

        return stream.ToArray();
    }

    public static Schema Numbers() => new()
    {
        Fields = [new NumericField { Name = "id", Standardise = false }, new HashedField { Name = "user", Buckets = 1 << 20 }],
        Labels = [new LabelStage { Name = "click" }, new LabelStage { Name = "conversion" }],
    };

    public static List<string[]> Rows(DelimitedLog log, params string[] columns)
    {
        using DelimitedReader reader = log.Open(columns);
        var rows = new List<string[]>();
        while (reader.Read())
        {
            rows.Add([.. Enumerable.Range(0, columns.Length).Select(i => reader.Value(i).ToString())]);
        }

        return rows;
    }
}
