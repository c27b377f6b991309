using System.IO.Compression;
using EsmmLite.Formats.AliCcp;

namespace EsmmLite.Formats.Tests.AliCcp;

/// <summary>Real rows of the log, re-indexed by others, written back in the raw files' format: the user's part by reference, the rest in the skeleton.</summary>
public sealed class AliCcpSampleTests : IDisposable
{
    private static readonly string[] UserFields = ["101", "121", "122", "124", "125", "126", "127", "128", "129", "109_14", "110_14", "127_14", "150_14"];

    private readonly TestFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("esmm-small-multivalue-train.txt.gz", 2)]
    [InlineData("esmm-small-multivalue-test.txt.gz", 1)]
    public void Real_rows_come_out_as_they_went_in(string file, int clicks)
    {
        using var text = new StreamReader(new GZipStream(File.OpenRead(Path.Combine(RealDataFolder.Find("ali-ccp/" + file).Data, "ali-ccp", file)), CompressionMode.Decompress));
        string[][] rows = [.. text.ReadToEnd().Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => line.Trim().Split(','))];
        Assert.Equal(10, rows.Length);
        string skeleton = Path.Combine(_folder.Path, "s.csv"), common = Path.Combine(_folder.Path, "c.csv");
        File.WriteAllLines(skeleton, rows.Select((row, i) => $"{row[0]},{row[1]},{row[2]},user{i},{Part(row, user: false)}"));
        File.WriteAllLines(common, rows.Select((row, i) => $"user{i},{Part(row, user: true)}"));
        using var output = new StringWriter();
        AliCcpCounts counts = new AliCcpConverter(4096).Convert([(skeleton, common)], output);
        Assert.Equal((10, clicks, 0), (counts.Written, counts.Clicks, counts.Cut));
        AliCcpEncoderTests.EncodesAsItsCsv(skeleton, common, output.ToString(), longest: 4096);
        string[] lines = output.ToString().Split('\n'), names = lines[0].Split(',');
        for (int i = 0; i < rows.Length; i++)
        {
            string[] cells = lines[i + 1].Split(',');
            for (int column = AliCcpFields.Leading.Count; column < names.Length; column++)
            {
                string[] expected = [.. rows[i][3..].Select(feature => feature.Split(':')).Where(parts => parts[0] == names[column]).Select(parts => parts[1])];
                string[] actual = [.. cells[column].Split('|', StringSplitOptions.RemoveEmptyEntries).Select(value => value.Split(':')[0])];
                Assert.Equal(AliCcpFields.Lists.Contains(names[column]) ? expected : expected.Take(1), actual);
            }
        }
    }

    private static string Part(string[] row, bool user)
    {
        string[] features = [.. row[3..].Where(feature => UserFields.Contains(feature.Split(':')[0]) == user)];
        return features.Length + "," + AliCcpConverterTests.Features([.. features.Select(feature => feature + ":1.0")]);
    }
}
