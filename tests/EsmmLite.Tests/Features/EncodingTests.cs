using System.Globalization;
using System.Text;
using EsmmLite.Features;
using EsmmLite.Kernels;

namespace EsmmLite.Tests.Features;

public class EncodingTests
{
    private static readonly LabelStage[] Labels = [new() { Name = "click" }, new() { Name = "conversion" }];

    [Theory]
    [InlineData("omar", 6)]
    [InlineData("stringer", 4)]
    [InlineData("marlo", 1)]
    public void HashedTextsMatchTensorFlow(string text, int id) => Assert.Equal(id, Id(Hashed(10), text));

    [Theory]
    [InlineData(101, 3)]
    [InlineData(201, 7)]
    [InlineData(301, 5)]
    public void HashedIntegersMatchTensorFlow(int value, int id)
    {
        HashedField field = Hashed(10) with { Integer = true };
        string text = value.ToString(CultureInfo.InvariantCulture);
        Assert.Equal(id, Id(field, text));
        Assert.Equal(id, Id(field, "+00" + text + ".00"));
        ImpressionBatch batch = Space(field).CreateBatch(1);
        Space(field).Encode(0, (long)value, batch, 0);
        Assert.Equal(id, batch.Ids(0)[0]);
        Space(field).Encode(0, (double)value, batch, 0);
        Assert.Equal(id, batch.Ids(0)[0]);
    }

    [Fact]
    public void MissingHashedValueIsAZeroVectorUnlessItIsAValue()
    {
        Assert.Equal(ImpressionBatch.MissingId, Id(Hashed(10), ""));
        int empty = (int)(11160318154034397263UL % 10);
        Assert.Equal(empty, Id(Hashed(10) with { Missing = MissingRule.Value }, ""));

        Schema schema = new() { Fields = [Hashed(10), Hashed(10) with { Name = "b", Missing = MissingRule.Value }], Labels = Labels, MissingValues = ["", "NULL"] };
        FeatureSpace space = FeatureSpace.FromSchema(schema);
        ImpressionBatch batch = space.CreateBatch(1);
        space.Encode(0, "NULL", batch, 0);
        space.Encode(1, "NULL", batch, 0);
        Assert.Equal(ImpressionBatch.MissingId, batch.Ids(0)[0]);
        Assert.Equal(empty, batch.Ids(1)[0]);
        space.Encode(1, "x", batch, 0);
        space.EncodeMissing(1, batch, 0);
        Assert.Equal(empty, batch.Ids(1)[0]);
    }

    [Theory]
    [InlineData("007", "7")]
    [InlineData("+7", "7")]
    [InlineData("7.0", "7")]
    [InlineData(" 7.00 ", "7")]
    [InlineData("7.", "7")]
    [InlineData("-007.0", "-7")]
    [InlineData("-7", "-7")]
    [InlineData("-0.0", "0")]
    [InlineData("000", "0")]
    [InlineData("123456789012345678901234567890", "123456789012345678901234567890")]
    public void IntegersHaveOneCanonicalText(string text, string canonical)
    {
        Assert.True(IntegerText.TryCanonical(Encoding.UTF8.GetBytes(text), new byte[IntegerText.MaxDigits + 1], out ReadOnlySpan<byte> result));
        Assert.Equal(canonical, Encoding.UTF8.GetString(result));
        Assert.Equal(Id(Hashed(1000), canonical), Id(Hashed(1000) with { Integer = true }, text));
    }

    [Theory]
    [InlineData("")]
    [InlineData("-")]
    [InlineData("7.5")]
    [InlineData(".0")]
    [InlineData("1e3")]
    [InlineData("7 7")]
    [InlineData("0x7")]
    [InlineData("٧")]
    public void OtherTextsAreNoIntegers(string text)
    {
        Assert.False(IntegerText.TryCanonical(Encoding.UTF8.GetBytes(text), new byte[IntegerText.MaxDigits + 1], out _));
        if (text.Length > 0)
        {
            EsmmException e = Assert.Throws<EsmmException>(() => Id(Hashed(10) with { Integer = true }, text));
            Assert.Equal(EsmmErrorKind.Data, e.Kind);
            Assert.Contains("\"f\"", e.Message, StringComparison.Ordinal);
            Assert.Contains("\"" + text + "\"", e.Message, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void Utf16EqualsUtf8AndNoTextThrows()
    {
        FeatureSpace space = Space(Hashed(1 << 30));
        ImpressionBatch batch = space.CreateBatch(2);
        string half = new([(char)0xD83D]);
        foreach (string text in (string[])["plain", "café", "日本語", "🛒", half, half + "x", "x" + half, new string('é', 500), new string('x', 100_000), "a\0b"])
        {
            space.Encode(0, text, batch, 0);
            space.Encode(0, Encoding.UTF8.GetBytes(text), batch, 1);
            Assert.Equal(batch.Ids(0)[1], batch.Ids(0)[0]);
        }

        space.Encode(0, (ReadOnlySpan<byte>)[0xFF, 0x80, 0xC3], batch, 0);
        Assert.InRange(batch.Ids(0)[0], 0, int.MaxValue);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void NumbersAreClippedThenLoggedThenRounded(bool log)
    {
        NumericField field = new() { Name = "n", ClipLow = -3, ClipHigh = 100, Log = log, Standardise = false };
        Assert.Equal(log ? (float)ExactMath.Log1p(100) : 100f, Number(field, "1e30"));
        Assert.Equal(log ? (float)-ExactMath.Log1p(3) : -3f, Number(field, "-4"));
        Assert.Equal(log ? (float)ExactMath.Log1p(1.5) : 1.5f, Number(field, " 1.5 "));
        Assert.Equal(0f, Number(field, ""));
    }

    [Fact]
    public void MissingIndicatorTellsMissingFromZero()
    {
        FeatureSpace space = Space(new NumericField { Name = "n", Standardise = false, MissingIndicator = true });
        ImpressionBatch batch = space.CreateBatch(2);
        space.Encode(0, "0", batch, 0);
        space.Encode(0, "", batch, 1);
        Assert.Equal([0f, 0f], batch.Numbers(0).ToArray());
        Assert.Equal([0f, 1f], batch.Numbers(1).ToArray());
        space.Encode(0, 4L, batch, 1);
        Assert.Equal((4f, 0f), (batch.Numbers(0)[1], batch.Numbers(1)[1]));
    }

    [Theory]
    [InlineData("nan")]
    [InlineData("NaN")]
    [InlineData("inf")]
    [InlineData("-Infinity")]
    [InlineData("1e400")]
    [InlineData("1e39")]
    [InlineData("-4e38")]
    [InlineData("1,5")]
    [InlineData("abc")]
    [InlineData("1\0")]
    public void NumbersThatAreNoneAreRefusedByName(string text)
    {
        EsmmException e = Assert.Throws<EsmmException>(() => Number(new NumericField { Name = "price_usd", Standardise = false }, text));
        Assert.Equal(EsmmErrorKind.Data, e.Kind);
        Assert.Contains("price_usd", e.Message, StringComparison.Ordinal);
        Assert.Contains("\"" + text.Replace("\0", "\\u0000", StringComparison.Ordinal) + "\"", e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void NumbersThatAreNotFiniteAreRefused()
    {
        FeatureSpace space = Space(new NumericField { Name = "n", Standardise = false, ClipHigh = 5 });
        ImpressionBatch batch = space.CreateBatch(1);
        Assert.Throws<EsmmException>(() => space.Encode(0, double.NaN, batch, 0));
        Assert.Throws<EsmmException>(() => space.Encode(0, double.PositiveInfinity, batch, 0));
        space.Encode(0, 1e300, batch, 0);
        Assert.Equal(5f, batch.Numbers(0)[0]);
    }

    [Fact]
    public void NumbersDoNotNameCategoriesOfText()
    {
        FeatureSpace space = Space(Hashed(10));
        ImpressionBatch batch = space.CreateBatch(1);
        Assert.Throws<EsmmException>(() => space.Encode(0, 7.0, batch, 0));
        FeatureSpace integers = Space(Hashed(10) with { Integer = true });
        Assert.Throws<EsmmException>(() => integers.Encode(0, 7.5, batch, 0));
        Assert.Throws<EsmmException>(() => integers.Encode(0, double.NaN, batch, 0));
    }

    [Fact]
    public void CultureDoesNotMatter()
    {
        CultureInfo before = CultureInfo.CurrentCulture;
        try
        {
            CultureInfo german = (CultureInfo)CultureInfo.InvariantCulture.Clone();
            german.NumberFormat.NumberDecimalSeparator = ",";
            german.NumberFormat.NumberGroupSeparator = ".";
            german.NumberFormat.NegativeSign = "~";
            CultureInfo.CurrentCulture = german;
            Assert.Equal(-1.5f, Number(new NumericField { Name = "n", Standardise = false }, "-1.5"));
            FeatureSpace space = Space(Hashed(10) with { Integer = true });
            ImpressionBatch batch = space.CreateBatch(1);
            space.Encode(0, -1L, batch, 0);
            Assert.Equal((int)(7333874265151076430UL % 10), batch.Ids(0)[0]);
            Assert.Contains("-2.5", new FeatureLearnerProbe().Json(-2.5), StringComparison.Ordinal);
        }
        finally
        {
            CultureInfo.CurrentCulture = before;
        }
    }

    [Fact]
    public void EncodingAllocatesNothing()
    {
        Schema schema = new()
        {
            Fields = [Hashed(10), Hashed(100) with { Name = "i", Integer = true }, new VocabularyField { Name = "v" }, new NumericField { Name = "n", Log = true }, new NumericField { Name = "b", Buckets = 3 }],
            Labels = Labels,
        };
        var learner = new FeatureLearner(schema);
        string lengthy = new('ü', 300);
        string[] texts = ["x", "-007.0", lengthy, "12.5", "3"];
        for (int f = 0; f < texts.Length; f++)
        {
            learner.Observe(f, texts[f]);
        }

        FeatureSpace space = learner.Build();
        ImpressionBatch batch = space.CreateBatch(4);
        for (int round = 0; round < 2; round++)
        {
            long before = GC.GetAllocatedBytesForCurrentThread();
            for (int i = 0; i < 1000; i++)
            {
                for (int f = 0; f < texts.Length; f++)
                {
                    space.Encode(f, texts[f], batch, i & 3);
                }

                space.Encode(1, 77L, batch, 0);
                space.Encode(3, 7.5, batch, 0);
                space.Encode(4, "9.0"u8, batch, 0);
                space.EncodeMissing(2, batch, 1);
            }

            if (round == 1)
            {
                Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
            }
        }
    }

    [Fact]
    public void UnknownFieldNamesTheNearest()
    {
        FeatureSpace space = Space(Hashed(10) with { Name = "device_id" });
        Assert.Equal(0, space.FieldIndex("device_id"));
        EsmmException e = Assert.Throws<EsmmException>(() => space.FieldIndex("devise_id"));
        Assert.Equal(EsmmErrorKind.Usage, e.Kind);
        Assert.Contains("Did you mean \"device_id\"?", e.Message, StringComparison.Ordinal);
        Assert.False(space.TryFieldIndex("x", out _));
    }

    [Fact]
    public void FieldsToBeLearnedNeedAPass()
    {
        Schema schema = new() { Fields = [Hashed(3), new VocabularyField { Name = "v" }, new NumericField { Name = "n" }], Labels = Labels };
        EsmmException e = Assert.Throws<EsmmException>(() => FeatureSpace.FromSchema(schema));
        Assert.Equal(EsmmErrorKind.Usage, e.Kind);
        Assert.Contains("\"v\", \"n\"", e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void ABatchOfAnotherSpaceIsRefused()
    {
        var batch = new ImpressionBatch(2, 0, 2, 1);
        Assert.Equal(EsmmErrorKind.Usage, Assert.Throws<EsmmException>(() => Space(Hashed(3)).Encode(0, "x", batch, 0)).Kind);
    }

    private static HashedField Hashed(int buckets) => new() { Name = "f", Buckets = buckets, Dim = 4 };

    private static FeatureSpace Space(Field field) => FeatureSpace.FromSchema(new Schema { Fields = [field], Labels = Labels });

    private static int Id(Field field, string text)
    {
        FeatureSpace space = Space(field);
        ImpressionBatch batch = space.CreateBatch(1);
        space.Encode(0, text, batch, 0);
        return batch.Ids(0)[0];
    }

    private static float Number(NumericField field, string text)
    {
        FeatureSpace space = Space(field);
        ImpressionBatch batch = space.CreateBatch(1);
        space.Encode(0, text, batch, 0);
        return batch.Numbers(0)[0];
    }

    private sealed class FeatureLearnerProbe
    {
        public string Json(double value)
        {
            var learner = new FeatureLearner(new Schema { Fields = [new NumericField { Name = "n" }], Labels = Labels });
            learner.Observe(0, value.ToString(CultureInfo.InvariantCulture));
            return learner.Build().ToJson();
        }
    }
}
