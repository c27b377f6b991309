using System.Text;
using EsmmLite.Formats.AliCcp;

namespace EsmmLite.Formats.Tests.AliCcp;

/// <summary>Files made to the format of the raw Ali-CCP log: 0x01 between features, 0x02 before an id, 0x03 before a value.</summary>
public sealed class AliCcpConverterTests : IDisposable
{
    private readonly TestFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void User_features_come_by_reference_and_lists_keep_their_weights()
    {
        string common = Write("common.csv", "a1,3," + Features("101:77:1.0", "109_14:5:0.69315", "109_14:6:1.0") + "\nb2,1," + Features("101:78:1.0") + "\n");
        string skeleton = Write("skeleton.csv", "1,0,0,a1,2," + Features("205:9:1.0", "508:3:2.5") + "\n2,1,1,b2,1," + Features("205:10:1.0") + "\n3,0,1,a1,1," + Features("205:9:1.0") + "\n");
        (string[] rows, AliCcpCounts counts) = Convert(skeleton, common);
        Assert.Equal("sample,order,click,conversion,101,121,122,124,125,126,127,128,129,109_14,110_14,127_14,150_14,205,206,207,210,216,301,508,509,702,853", rows[0]);
        Assert.Equal("1,0,0,0,77,,,,,,,,,5:0.69315|6:1,,,,9,,,,,,3:2.5,,,", rows[1]);
        Assert.Equal("2,1,1,1,78,,,,,,,,,,,,,10,,,,,,,,,", rows[2]);
        Assert.Equal("3,2,0,1,77,,,,,,,,,5:0.69315|6:1,,,,9,,,,,,,,,", rows[3]);
        Assert.Equal((3, 3, 1, 1, 1, 2), (counts.Samples, counts.Written, counts.Clicks, counts.Conversions, counts.BoughtUnclicked, counts.CommonEntries));
    }

    [Fact]
    public void Long_lists_keep_the_heaviest_and_repeats_of_single_fields_are_counted()
    {
        string common = Write("c.csv", "a1,6," + Features("150_14:1:0.5", "150_14:2:3", "150_14:3:1", "150_14:4:3", "101:7:1", "101:8:1") + "\n");
        string skeleton = Write("s.csv", "1,0,0,a1,1," + Features("205:9:1.0") + "\n");
        (string[] rows, AliCcpCounts counts) = Convert(skeleton, common, maxValues: 2);
        Assert.Contains(",2:3|4:3,", rows[1], StringComparison.Ordinal);
        Assert.StartsWith("1,0,0,0,7,", rows[1], StringComparison.Ordinal);
        Assert.Equal((2, 1), (counts.Cut, counts.Repeated));
    }

    [Fact]
    public void Gzip_a_sample_of_the_rows_and_two_parts_in_order()
    {
        string text = string.Concat(Enumerable.Range(0, 10).Select(i => $"{i},0,0,u,1,{Features($"205:{i}:1")}\r\n"));
        string one = Write("s1.csv", text), common = Write("c.csv", "u,1," + Features("101:1:1"));
        string two = _folder.Write("s2.csv.gz", TestFolder.Gzip(text));

        using var output = new StringWriter();
        AliCcpCounts counts = new AliCcpConverter(every: 5).Convert([(one, common), (two, common)], output);
        Assert.Equal((20, 4, 2), (counts.Samples, counts.Written, counts.CommonEntries));
        Assert.Equal(["0,0", "5,5", "0,10", "5,15"], output.ToString().Split('\n')[1..^1].Select(row => string.Join(',', row.Split(',')[..2])));
    }

    [Theory]
    [InlineData("1,0,0,nobody,1,F", "u,1,F", "s.csv line 1", "there are no common features \"nobody\"")]
    [InlineData("1,0,0,u,2,F", "u,1,F", "s.csv line 1", "announces 2 features and holds 1")]
    [InlineData("1,0,0,u,x,F", "u,1,F", "s.csv line 1", "the number of features is \"x\"")]
    [InlineData("1,0,0,u,1", "u,1,F", "s.csv line 1", "not of a skeleton")]
    [InlineData("1,0,0,u,1,F,F", "u,1,F", "s.csv line 1", "not of a skeleton")]
    [InlineData("1,2,0,u,1,F", "u,1,F", "s.csv line 1", "click is \"2\"")]
    [InlineData("1,0,,u,1,F", "u,1,F", "s.csv line 1", "buy is \"\"")]
    [InlineData("1,0,0,u,1,205:9", "u,1,F", "s.csv line 1", "feature 1 is \"205:9\"")]
    [InlineData("1,0,0,u,1,F", "u,1,F\nu,1,F", "c.csv line 2", "the index \"u\" was there before")]
    [InlineData("1,0,0,u,1,F", "u,2,F", "c.csv line 1", "announces 2 features and holds 1")]
    [InlineData("1,0,0,u,1,F", "u,F", "c.csv line 1", "not of common features")]
    [InlineData("1,0,0,u,1,F", ",1,F", "c.csv line 1", "not of common features")]
    public void A_line_of_another_format_is_refused_with_its_place(string skeleton, string common, string where, string what) => Refuse(skeleton, common, where, what);

    [Theory]
    [InlineData("999:1:1", "of a field \"999\"")]
    [InlineData("205:x:1", "field 205, is \"x\"")]
    [InlineData("205:-1:1", "field 205, is \"-1\"")]
    [InlineData("205:99999999999999999999:1", "99999999999999999999")]
    [InlineData("205:1:", "field 205, is \"\"")]
    [InlineData("205:1:NaN", "NaN")]
    [InlineData("205:1:-1", "-1")]
    [InlineData("205:1:1:1", "feature 1 is")]
    public void A_feature_that_is_none_is_refused(string feature, string what) => Refuse("1,0,0,u,1," + Features(feature), "u,1,F", "s.csv line 1", what);

    [Fact]
    public void Common_features_take_a_few_bytes_a_value()
    {
        var text = new StringBuilder();
        const int users = 3000, values = 20;
        for (int user = 0; user < users; user++)
        {
            string[] features = [.. Enumerable.Range(0, values).Select(v => $"150_14:{(user * 7919 + v * 104729) % 3_000_000}:{(v % 5) + 0.69315}")];
            text.Append("u" + user + "," + values + "," + Features(features) + "\n");
        }

        string common = Write("c.csv", text.ToString());
        (_, AliCcpCounts counts) = Convert(Write("s.csv", "1,0,0,u2999,1," + Features("205:9:1") + "\n"), common);
        long raw = new FileInfo(common).Length;

        // One block of 16 MiB, whatever its fill.
        Assert.True(counts.CommonBytes < (16 << 20) + (users * 40), $"{counts.CommonBytes} bytes for {raw} of text");
    }

    private void Refuse(string skeleton, string common, string where, string what)
    {
        string f = Features("205:9:1.0");
        EsmmException e = Assert.Throws<EsmmException>(() => Convert(Write("s.csv", skeleton.Replace("F", f, StringComparison.Ordinal)), Write("c.csv", common.Replace("F", f, StringComparison.Ordinal))));
        Assert.Equal(EsmmErrorKind.Data, e.Kind);
        Assert.EndsWith(where, e.Where, StringComparison.Ordinal);
        Assert.Contains(what, e.Message, StringComparison.Ordinal);
    }

    private static (string[] Rows, AliCcpCounts Counts) Convert(string skeleton, string common, int maxValues = 20)
    {
        using var output = new StringWriter();
        AliCcpCounts counts = new AliCcpConverter(maxValues).Convert([(skeleton, common)], output);
        return (output.ToString().Split('\n'), counts);
    }

    private string Write(string name, string text) => _folder.Write(name, text);

    internal static string Features(params string[] features) => string.Join('\u0001', features.Select(feature => Separated(feature)));

    // The first colon is before the id, the others before values.
    private static string Separated(string feature)
    {
        string[] parts = feature.Split(':', 2);
        return parts[0] + "\u0002" + parts[1].Replace(':', '\u0003');
    }
}
