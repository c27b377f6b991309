using EsmmLite.Features;

namespace EsmmLite.Tests.Features;

public class FeatureSpaceStateTests
{
    [Fact]
    public void RoundTripIsExact()
    {
        FeatureSpace space = Learn();
        FeatureSpace copy = Copy(space, space.ToJson());
        Assert.Equal(space.ToJson(), copy.ToJson());
        var before = (NumberEncoder)space.Encoders[1];
        var after = (NumberEncoder)copy.Encoders[1];
        Assert.Equal(BitConverter.DoubleToInt64Bits(before.Mean), BitConverter.DoubleToInt64Bits(after.Mean));
        Assert.Equal(BitConverter.DoubleToInt64Bits(before.Deviation), BitConverter.DoubleToInt64Bits(after.Deviation));
        Assert.Equal(((BucketEncoder)space.Encoders[2]).Bounds.ToArray(), ((BucketEncoder)copy.Encoders[2]).Bounds.ToArray());
        ImpressionBatch a = space.CreateBatch(1);
        ImpressionBatch b = copy.CreateBatch(1);
        foreach (string text in (string[])["", "0.1", "7", "12345.678", "NULL"])
        {
            for (int field = 0; field < 4; field++)
            {
                space.Encode(field, text, a, 0);
                copy.Encode(field, text, b, 0);
            }

            Assert.Equal((a.Ids(0)[0], a.Ids(1)[0], a.Ids(2)[0]), (b.Ids(0)[0], b.Ids(1)[0], b.Ids(2)[0]));
            Assert.Equal(a.Numbers(0)[0], b.Numbers(0)[0]);
        }
    }

    [Fact]
    public void CanonicalFormNamesEveryDefault()
    {
        string json = Learn().ToJson();
        Assert.StartsWith("""{"schema":{"fields":[{"name":"v","kind":"vocabulary","column":"v","side":"candidate","separate":false,"dim":16,"minCount":1,"maxEntries":null,"integer":false,"missing":"value"}""", json, StringComparison.Ordinal);
        Assert.Contains("\"learned\":{\"v\":{\"entries\":5},\"n\":{\"mean\":", json, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("\"deviation\":", "\"deviation\":-")]
    [InlineData("\"entries\":5", "\"entries\":6")]
    [InlineData("\"bounds\":[", "\"bounds\":[1e300,")]
    [InlineData("\"learned\":", "\"lerned\":")]
    [InlineData("\"mean\":", "\"x\":1,\"mean\":")]
    [InlineData("\"mean\":", "\"mean\":1e400,\"mean2\":")]
    [InlineData("\"kind\":\"hashed\"", "\"kind\":\"hash\"")]
    [InlineData("\"dim\":16", "\"dim\":-16")]
    [InlineData("{\"schema\"", "[\"schema\"")]
    public void NonsenseIsAModelFileError(string from, string to)
    {
        FeatureSpace space = Learn();
        string json = space.ToJson().Replace(from, to, StringComparison.Ordinal);
        Assert.NotEqual(space.ToJson(), json);
        Assert.Equal(EsmmErrorKind.ModelFile, Assert.Throws<EsmmException>(() => Copy(space, json)).Kind);
    }

    [Fact]
    public void DamagedVocabulariesAreModelFileErrors()
    {
        FeatureSpace space = Learn();
        (byte[] bytes, long[] offsets) = (space.VocabularyBytes(0), space.VocabularyOffsets(0));
        foreach ((byte[], long[]) bad in ((byte[], long[])[])[(bytes, offsets[..^1]), (bytes[..^1], offsets), (bytes, [.. offsets.Reverse()]), (new byte[bytes.Length], [0, 1, 2, 3, 4, bytes.Length]), (null!, null!)])
        {
            Assert.Equal(EsmmErrorKind.ModelFile, Assert.Throws<EsmmException>(() => FeatureSpace.FromJson(space.ToJson(), _ => bad)).Kind);
        }
    }

    private static FeatureSpace Copy(FeatureSpace space, string json)
    {
        return FeatureSpace.FromJson(json, name => (space.VocabularyBytes(space.FieldIndex(name)), space.VocabularyOffsets(space.FieldIndex(name))));
    }

    private static FeatureSpace Learn()
    {
        var schema = new Schema
        {
            Fields = [new VocabularyField { Name = "v" }, new NumericField { Name = "n", ClipHigh = 1e5 }, new NumericField { Name = "b", Buckets = 3 }, new HashedField { Name = "h", Buckets = 97 }],
            Labels = [new() { Name = "click" }, new() { Name = "conversion", In = ["ja", "oui"] }],
            MissingValues = ["", "NULL"],
        };
        var learner = new FeatureLearner(schema);
        foreach (string text in (string[])["0.1", "0.2", "0.3", "7", ""])
        {
            for (int field = 0; field < 4; field++)
            {
                learner.Observe(field, text);
            }
        }

        return learner.Build();
    }
}
