using EsmmLite.Features;
using EsmmLite.Tests.Model;

namespace EsmmLite.Tests.Features;

/// <summary>A list is refused before learning where learning would refuse it, with the same words.</summary>
public class ListCheckTests
{
    private static readonly HashedField Plain = new() { Name = "plain", Buckets = 9, Dim = 2, List = new ListOptions() };

    private static readonly Schema Schema = SmallModels.Schema([
        Plain, Plain with { Name = "integers", Integer = true }, Plain with { Name = "weighted", List = new ListOptions { WeightSeparator = ":" } }, Plain with { Name = "both", Integer = true, List = new ListOptions { WeightSeparator = ":" } },
    ]) with { MissingValues = ["", "NULL", "-1"] };

    [Theory]
    [InlineData("")]
    [InlineData("7")]
    [InlineData("1|2|3")]
    [InlineData("1||3|")]
    [InlineData("1|x|3")]
    [InlineData("1:0.5|2:1")]
    [InlineData("1:0.5|2")]
    [InlineData("1:0.5|NULL|2:3")]
    [InlineData("x:1|2:x")]
    [InlineData("1:-2|2:1")]
    [InlineData("1:2|2:1e10")]
    [InlineData("1:NaN")]
    [InlineData("1:")]
    [InlineData(":1")]
    [InlineData("-1|-1.0| 4")]
    public void A_list_is_refused_where_learning_and_encoding_refuse_it(string text)
    {
        var check = new FieldCheck(Schema);
        Assert.False(check.CanRefuse(0));
        FeatureSpace space = FeatureSpace.FromSchema(Schema);
        for (int field = 0; field < 4; field++)
        {
            EsmmException? learning = Record(() => new FeatureLearner(Schema).Observe(field, text)), encoding = Record(() => space.Encode(field, text, space.CreateBatch(1), 0));
            Assert.Equal(learning?.Message, encoding?.Message);
            Assert.Equal(learning is null, check.FaultOf(field, text) == ValueFault.None);
            Assert.Equal(learning?.Message, learning is null ? null : check.Explain(field, text).Message);
        }
    }

    private static EsmmException? Record(Action action)
    {
        try
        {
            action();
            return null;
        }
        catch (EsmmException fault)
        {
            return fault;
        }
    }
}
