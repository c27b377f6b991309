using System.IO.Compression;
using System.Text;
using EsmmLite.Formats.Delimited;

namespace EsmmLite.Formats.Tests.Delimited;

/// <summary>A gzipped file that was cut anywhere is told from one that is damaged.</summary>
public sealed class CutGzipTests : IDisposable
{
    private readonly TestFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData(CompressionLevel.Optimal)]
    [InlineData(CompressionLevel.NoCompression)] // a stored block would take whatever follows it for its content
    public void AFileCutAtAnyByteEndsEarly(CompressionLevel level)
    {
        byte[] first = Gzip("a,b\n" + string.Concat(Enumerable.Range(0, 60).Select(i => i * 7919L % 10007 + "," + i + "\n")), level), second = Gzip("1,2\n", level);
        byte[] whole = [.. first, .. second];
        for (int length = 2; length < whole.Length; length++)
        {
            if (length == first.Length)
            {
                continue; // one whole member
            }

            string message = Refusal(whole[..length]);
            Assert.True(message.Contains("the gzip data end early", StringComparison.Ordinal), length + " of " + whole.Length + " bytes: " + message);
        }

        Assert.Equal(61, TestFolder.Rows(new DelimitedLog([_folder.Write("whole.gz", whole)]), "a").Count);
    }

    [Fact]
    public void RowsBeforeTheCutAreHandedOutAndTheMessageNamesTheNextRecord()
    {
        byte[] whole = Gzip("a,b\n" + string.Concat(Enumerable.Range(0, 200_000).Select(i => i * 7919L % 10007 + "," + i + "\n")), CompressionLevel.Fastest);
        using DelimitedReader reader = new DelimitedLog([_folder.Write("cut.gz", whole[..(whole.Length / 2)])]).Open("b");
        int rows = 0;
        EsmmException e = Assert.Throws<EsmmException>(() =>
        {
            for (; reader.Read(); rows++)
            {
                Assert.Equal(rows.ToString(System.Globalization.CultureInfo.InvariantCulture), reader.Value(0).ToString());
            }
        });
        Assert.InRange(rows, 50_000, 150_000);
        Assert.Contains("cut.gz line " + (rows + 2) + ": the gzip data end early, in record " + (rows + 1).ToString("N0", System.Globalization.CultureInfo.InvariantCulture), e.Message, StringComparison.Ordinal);
    }

    private string Refusal(byte[] bytes) => Assert.Throws<EsmmException>(() => TestFolder.Rows(new DelimitedLog([_folder.Write("cut.gz", bytes)]), "a")).Message;

    private static byte[] Gzip(string text, CompressionLevel level)
    {
        using var stream = new MemoryStream();
        using (var gzip = new GZipStream(stream, level))
        {
            gzip.Write(Encoding.UTF8.GetBytes(text));
        }

        return stream.ToArray();
    }
}
