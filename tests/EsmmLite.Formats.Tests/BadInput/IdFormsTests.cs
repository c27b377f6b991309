using EsmmLite.Features;
using EsmmLite.Formats.Delimited;
using EsmmLite.Formats.Packed;

namespace EsmmLite.Formats.Tests.BadInput;

/// <summary>101 and 101.0 are never two ids without a word.</summary>
public sealed class IdFormsTests : IDisposable
{
    private readonly TestFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void TwoFilesThatWriteIdsDifferentlyAreTold()
    {
        var log = new DelimitedLog([_folder.Write("a.csv", "id,click,conversion\n101,0,0\n7,1,0\n"), _folder.Write("b.csv", "id,click,conversion\n101.0,0,0\n8.00,1,1\n")]);
        LogSurvey survey = Survey(log, new VocabularyField { Name = "id" });
        Assert.Equal(4, survey.Fields[0].Distinct);
        Assert.Equal(["field \"id\": 2 values are written like \"101.0\", others are written as \"101\" is: these are two ids. Set \"integer\": true of the field to make them one."], survey.IdForms.Notes);

        LogSurvey joined = Survey(log, new VocabularyField { Name = "id", Integer = true });
        Assert.Equal(3, joined.Fields[0].Distinct);
        Assert.Empty(joined.IdForms.Notes);
    }

    [Theory]
    [InlineData("101", "7", 0)]
    [InlineData("101.0", "7.0", 0)] // all alike
    [InlineData("101", "7.5", 0)] // a version, say
    [InlineData("101", "u.0", 0)]
    [InlineData("101", ".0", 0)]
    [InlineData("v101", "101.0", 0)]
    [InlineData("101", "-7.", 1)]
    [InlineData("0", "0.000", 1)]
    public void OnlyIntegersCount(string first, string second, int notes)
    {
        var log = new DelimitedLog([_folder.Write("a.csv", "id,click,conversion\n" + first + ",0,0\n" + second + ",1,0\n")]);
        Assert.Equal(notes, Survey(log, new HashedField { Name = "id", Buckets = 10 }).IdForms.Notes.Count);
    }

    [Fact]
    public void ALogToValidateOnAndAModelsVocabularyAreComparedToo()
    {
        LogSurvey survey = Survey(new DelimitedLog([_folder.Write("a.csv", "id,click,conversion\n101,0,0\n")]), new VocabularyField { Name = "id" });
        var other = new DelimitedLog([_folder.Write("b.csv", "id,click,conversion\n101.0,0,0\n")]);
        using PackedParts parts = PackedParts.Pack(other, survey.Space, cancellation: TestContext.Current.CancellationToken);
        Assert.Single(survey.IdForms.With(parts.IdForms).Notes);
        Assert.Contains("\"101.0\", which is another id than \"101\"", Assert.Single(parts.IdForms.NotesFor(survey.Space)), StringComparison.Ordinal);
        Assert.Empty(parts.IdForms.NotesFor(Survey(other, new VocabularyField { Name = "id" }).Space)); // it knows them so
    }

    [Fact]
    public void TextsAreTakenByteForByte()
    {
        // é in one character and in two: two ids, in a vocabulary and hashed.
        var log = new DelimitedLog([_folder.Write("a.csv", "id,click,conversion\ncaf\u00e9,0,0\ncafe\u0301,0,0\nCAF\u00c9,0,0\n")]);
        FeatureSpace space = Survey(log, new VocabularyField { Name = "id" }).Space;
        var encoder = (VocabularyEncoder)space.Encoders[0];
        int[] ids = [encoder.IdOf("caf\u00e9"u8), encoder.IdOf("cafe\u0301"u8), encoder.IdOf("CAF\u00c9"u8)];
        Assert.Equal([1, 2, 3], ids.Order());
        var hashed = (HashedEncoder)FeatureSpace.FromSchema(Schema(new HashedField { Name = "id", Buckets = int.MaxValue / 8 })).Encoders[0];
        Assert.Equal((int)(FarmHash64.Hash("cafe\u0301"u8) % (int.MaxValue / 8)), hashed.IdOf("cafe\u0301"u8));
        Assert.NotEqual(hashed.IdOf("caf\u00e9"u8), hashed.IdOf("cafe\u0301"u8));
    }

    private static LogSurvey Survey(DelimitedLog log, Field field) => LogSurvey.Run(log, Schema(field), cancellation: TestContext.Current.CancellationToken);

    private static Schema Schema(Field field) => new() { Fields = [field], Labels = [new LabelStage { Name = "click" }, new LabelStage { Name = "conversion" }] };
}
