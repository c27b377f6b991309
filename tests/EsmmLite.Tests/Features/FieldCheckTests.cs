using EsmmLite.Features;

namespace EsmmLite.Tests.Features;

public sealed class FieldCheckTests
{
    private static readonly Schema Schema = new()
    {
        Fields =
        [
            new NumericField { Name = "plain" }, new NumericField { Name = "log", Log = true }, new NumericField { Name = "clip", ClipLow = -5, ClipHigh = 5 }, new NumericField { Name = "buckets", Buckets = 4, Dim = 2 },
            new HashedField { Name = "id", Buckets = 10, Integer = true }, new VocabularyField { Name = "code", Integer = true }, new HashedField { Name = "text", Buckets = 10 }, new VocabularyField { Name = "word" },
        ],
        Labels = [new LabelStage { Name = "click" }, new LabelStage { Name = "conversion" }],
        MissingValues = ["", "NULL", "-1"],
    };

    private static readonly string[] Texts =
    [
        "", "NULL", "null", "-1", "-1.0", " ", "7", "+7", "-7", "007", "7.0", "7.", ".5", "-.5", ".", "-", "+", "7.5", "7..5", "1e3", "1e38", "1e39", "-1e39", "1e999", "-1e999", "1e-999", "NaN", "nan", "Infinity", "-Infinity", "∞",
        "1,5", "1 000", " 7 ", "\t7", "7\0", "0x1F", "١٢", "12 years", "é", "999999999999999", "9999999999999999999999", "123456789012345.6", new('9', 130), new('9', 400), "--7", "7-", "1_000", "$7", "(7)", "٧",
    ];

    public static TheoryData<int, string> Cases => [.. Enumerable.Range(0, Schema.Fields.Count).SelectMany(place => Texts.Select(text => (place, text)))];

    [Theory]
    [MemberData(nameof(Cases))]
    public void ATextIsRefusedWhereLearningAndEncodingRefuseIt(int field, string text)
    {
        var check = new FieldCheck(Schema);
        EsmmException? learning = Record(() => new FeatureLearner(Schema).Observe(field, text));
        ValueFault fault = check.FaultOf(field, text);
        Assert.Equal(learning is null, fault == ValueFault.None);
        if (learning is not null)
        {
            Assert.True(check.CanRefuse(field));
            Assert.Equal(learning.Message, check.Explain(field, text).Message);
            Assert.Contains(fault switch { ValueFault.NotFinite => "is not finite", ValueFault.TooLarge => "is too large for a float", ValueFault.NotAnInteger => "is not an integer", _ => "is not a number" }, learning.Message, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void LabelsAreReadWithoutExceptionsAlike()
    {
        var labels = new LabelReader(Schema with { Labels = [new LabelStage { Name = "click" }, new LabelStage { Name = "count", BinariseCounts = true }, new LabelStage { Name = "listed", In = ["yes", "1,5"] }] });
        foreach (string text in (string[])[.. Texts, "0", "1", "0.0", "1.0", "2", "1.5", "yes", "true"])
        {
            for (int stage = 0; stage < 3; stage++)
            {
                byte read = 9;
                EsmmException? refusal = Record(() => read = labels.Read(stage, text));
                Assert.Equal(refusal is null, labels.TryRead(stage, text, out byte value));
                Assert.Equal(refusal is null ? read : (byte)0, value);
                Assert.Equal(refusal?.Message ?? labels.Explain(stage, text).Message, labels.Explain(stage, text).Message);
            }
        }
    }

    private static EsmmException? Record(Action action)
    {
        try
        {
            action();
            return null;
        }
        catch (EsmmException e)
        {
            return e;
        }
    }
}
