using System.Globalization;
using EsmmLite.Features;
using EsmmLite.Formats.Checkup;

namespace EsmmLite.Formats.Tests.Checkup;

public sealed class EncodingGuessTests
{
    [Theory]
    [InlineData("", "", ".0", "", "without \".0\" behind")]
    [InlineData("", ".0", "", "", "with \".0\" behind")]
    [InlineData("", "", "", "user_", "without what stands before the digits")]
    [InlineData("", "", "", "shop/de:", "without what stands before the digits")]
    [InlineData("", "", " ", "", "without blanks around")]
    [InlineData("", "", "\"", "\"", "without quotes around")]
    [InlineData("", "", "", "000", "without zeros in front")]
    [InlineData("ab", "", "", "", "in small letters", true)]
    [InlineData("c", "", "", "de|", "without what stands before the last separator")]
    [InlineData("", "", "-web", "", "without what stands behind the digits")]
    public void TheChangeIsFound(string inFront, string behind, string nowBehind, string nowInFront, string what, bool capitals = false)
    {
        string[] ids = [.. Enumerable.Range(1, 300).Select(i => inFront + (i * 37).ToString(CultureInfo.InvariantCulture) + behind)];
        string[] now = [.. ids.Select(id => nowInFront + (behind.Length > 0 ? id[..^behind.Length] : id) + nowBehind).Select(id => capitals ? id.ToUpperInvariant() : id)];
        EncodingGuess guess = EncodingGuess.Of(Profile(ids), now)!;
        Assert.Equal((what, 1), (guess.What, guess.Share));
        Assert.Contains(guess.Changed, ids);
        Assert.Contains(guess.Example, now);
    }

    [Fact]
    public void NewIdsAreNoEncoding()
    {
        Assert.Null(EncodingGuess.Of(Profile([.. Enumerable.Range(0, 300).Select(i => "a" + i)]), Enumerable.Range(0, 300).Select(i => "b" + (i + 5000))));
        Assert.Null(EncodingGuess.Of(Profile(["1", "2"]), ["1", "2"]));
    }

    [Fact]
    public void OfManyIdsASampleIsEnough()
    {
        string[] ids = [.. Enumerable.Range(0, 100_000).Select(i => (i * 37).ToString(CultureInfo.InvariantCulture))];
        Assert.Equal("without \".0\" behind", EncodingGuess.Of(Profile(ids), ids.Take(5_000).Select(id => id + ".0"))!.What);
    }

    private static FieldProfile Profile(IEnumerable<string> values)
    {
        FieldTally tally = FieldTally.Of(new Schema { Fields = [new HashedField { Name = "id", Buckets = 10, Dim = 2 }], Labels = [new() { Name = "click" }, new() { Name = "conversion" }] }, 0);
        foreach (string value in values)
        {
            tally.Observe(value);
        }

        return tally.ToProfile();
    }
}
