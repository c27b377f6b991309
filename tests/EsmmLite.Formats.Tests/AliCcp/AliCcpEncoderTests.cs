using EsmmLite.Features;
using EsmmLite.Formats.AliCcp;

namespace EsmmLite.Formats.Tests.AliCcp;

/// <summary>Rows that are encoded directly are those of the CSV that is written of them.</summary>
public sealed class AliCcpEncoderTests : IDisposable
{
    private readonly TestFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    public void Rows_made_to_the_format_are_encoded_as_their_csv(int every)
    {
        const int Longest = 5;
        var random = new Random(4);
        string Feature(string field) => FormattableString.Invariant($"{field}:{random.Next(50)}:{random.Next(1, 9) / 4.0}");
        string[] Some(IEnumerable<string> fields) => [.. fields.SelectMany(field => Enumerable.Range(0, random.Next(AliCcpFields.Lists.Contains(field) ? 9 : 2)).Select(_ => Feature(field)))];
        string Line(string[] features) => features.Length + "," + AliCcpConverterTests.Features(features);
        string common = _folder.Write("c.csv", string.Concat(Enumerable.Range(0, 20).Select(u => $"u{u},{Line(Some(AliCcpFields.All.Take(13)))}\n")));
        string skeleton = _folder.Write("s.csv", string.Concat(Enumerable.Range(0, 200).Select(r => $"{r},{r % 5 / 4},{r % 7 / 6},u{random.Next(20)},{Line(Some(AliCcpFields.All.Skip(13)))}\n")));
        using var output = new StringWriter();
        AliCcpCounts counts = new AliCcpConverter(Longest, every).Convert([(skeleton, common)], output);
        Assert.True(counts.BoughtUnclicked > 0);
        EncodesAsItsCsv(skeleton, common, output.ToString(), Longest, every);
    }

    [Fact]
    public void Fields_that_the_log_does_not_have_are_refused()
    {
        Schema schema = SchemaOf(5);
        EsmmException fault = Assert.Throws<EsmmException>(() => new AliCcpEncoder(FeatureSpace.FromSchema(schema with { Fields = [.. schema.Fields, new HashedField { Name = "price", Buckets = 5, Dim = 2 }] })));
        Assert.Contains("no column \"price\"", fault.Message, StringComparison.Ordinal);
        Assert.Contains("3 labels", Assert.Throws<EsmmException>(() => new AliCcpEncoder(FeatureSpace.FromSchema(schema with { Labels = [.. schema.Labels, new LabelStage { Name = "returned" }] }))).Message, StringComparison.Ordinal);
    }

    /// <summary>Compares with every cell of the CSV, encoded as text.</summary>
    internal static void EncodesAsItsCsv(string skeleton, string common, string csv, int longest, int every = 1)
    {
        FeatureSpace space = FeatureSpace.FromSchema(SchemaOf(longest));
        string[][] rows = [.. csv.Split('\n', StringSplitOptions.RemoveEmptyEntries).Skip(1).Select(line => line.Split(',')).Where(cells => !(cells[2] == "0" && cells[3] == "1"))];
        ImpressionBatch expected = space.CreateBatch(rows.Length), actual = space.CreateBatch(rows.Length);
        for (int r = 0; r < rows.Length; r++)
        {
            for (int f = 0; f < space.Encoders.Count; f++)
            {
                space.Encode(f, rows[r][AliCcpFields.Leading.Count + f], expected, r);
            }

            (expected.Labels(0)[r], expected.Labels(1)[r]) = (byte.Parse(rows[r][2]), byte.Parse(rows[r][3]));
        }

        var encoder = new AliCcpEncoder(space);
        new AliCcpReader(longest, every).Read([(skeleton, common)], row => encoder.TryAdd(row, actual));
        Assert.Equal(rows.Length, actual.Count);
        for (int slot = 0; slot < space.IdSlots; slot++)
        {
            Assert.Equal(expected.Ids(slot).ToArray(), actual.Ids(slot).ToArray());
        }

        for (int slot = 0; slot < space.NumberSlots; slot++)
        {
            Assert.Equal(expected.Numbers(slot).ToArray(), actual.Numbers(slot).ToArray());
        }

        Assert.Equal(expected.Labels(0).ToArray(), actual.Labels(0).ToArray());
        Assert.Equal(expected.Labels(1).ToArray(), actual.Labels(1).ToArray());
    }

    private static Schema SchemaOf(int longest) => new()
    {
        Fields =
        [
            .. AliCcpFields.All.Select(name => new HashedField
            {
                Name = name,
                Buckets = 1_000,
                Dim = 2,
                Integer = !AliCcpFields.Lists.Contains(name),
                List = AliCcpFields.Lists.Contains(name) ? new ListOptions { MaxValues = longest, WeightSeparator = ":" } : null,
            }),
        ],
        Labels = [new LabelStage { Name = "click" }, new LabelStage { Name = "conversion" }],
    };
}
