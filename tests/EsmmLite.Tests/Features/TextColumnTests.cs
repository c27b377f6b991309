using System.Text;
using EsmmLite.Features;

namespace EsmmLite.Tests.Features;

public class TextColumnTests
{
    private static readonly string[] Values = ["7", "-7", "007", "", "7.0", " 8 ", "?", "123456789", "0"];

    private static readonly Schema Schema = new()
    {
        Fields =
        [
            new HashedField { Name = "hashed", Buckets = 1000 },
            new HashedField { Name = "integer", Buckets = 1000, Integer = true },
            new HashedField { Name = "valued", Buckets = 1000, Missing = MissingRule.Value },
            new VocabularyField { Name = "vocabulary", MinCount = 2 },
            new NumericField { Name = "number", MissingIndicator = true },
            new NumericField { Name = "cut", Buckets = 3 },
        ],
        Labels = [new LabelStage { Name = "click" }, new LabelStage { Name = "conversion" }],
        MissingValues = ["", "?"],
    };

    [Fact]
    public void AColumnIsLearnedAndEncodedAsItsValuesOneByOne()
    {
        // Values lie in any order, with bytes between them that are none of theirs.
        byte[] text = Encoding.UTF8.GetBytes(string.Join('#', Values.Reverse()));
        int[] lengths = [.. Values.Select(value => value.Length)];
        int[] starts = [.. Values.Select((_, i) => Values.Skip(i + 1).Sum(value => value.Length + 1))];
        var column = new TextColumn(text, starts, lengths);
        var whole = new FeatureLearner(Schema);
        var single = new FeatureLearner(Schema);
        for (int field = 0; field < Schema.Fields.Count; field++)
        {
            whole.Observe(field, column);
            foreach (string value in Values)
            {
                single.Observe(field, value);
            }
        }

        FeatureSpace space = whole.Build();
        Assert.Equal(single.Build().ToJson(), space.ToJson());
        Assert.Equal(single.Statistics, whole.Statistics);

        const int FirstRow = 3;
        ImpressionBatch actual = space.CreateBatch(FirstRow + Values.Length), expected = space.CreateBatch(FirstRow + Values.Length);
        for (int field = 0; field < Schema.Fields.Count; field++)
        {
            space.Encode(field, column.Slice(0, 4), actual, FirstRow);
            space.Encode(field, column.Slice(4, Values.Length - 4), actual, FirstRow + 4);
            for (int i = 0; i < Values.Length; i++)
            {
                space.Encode(field, Values[i], expected, FirstRow + i);
            }
        }

        for (int slot = 0; slot < space.IdSlots; slot++)
        {
            Assert.Equal(expected.Ids(slot), actual.Ids(slot));
        }

        for (int slot = 0; slot < space.NumberSlots; slot++)
        {
            Assert.Equal(expected.Numbers(slot), actual.Numbers(slot));
        }
    }

    [Fact]
    public void AColumnBeyondTheBatchIsRefused()
    {
        FeatureSpace space = FeatureSpace.FromSchema(Schema with { Fields = [Schema.Fields[0]] });
        byte[] text = "abc"u8.ToArray();
        Assert.ThrowsAny<ArgumentException>(() => space.Encode(0, new TextColumn(text, [0, 1, 2], [1, 1, 1]), space.CreateBatch(3), 1));
        Assert.ThrowsAny<ArgumentException>(() => new TextColumn(text, [0], [1, 2]).Count);
        Assert.ThrowsAny<ArgumentException>(() => new TextColumn(text, [2], [2])[0].Length);
    }
}
