using EsmmLite.Features;
using EsmmLite.Formats.Delimited;

namespace EsmmLite.Formats.Tests;

public sealed class LogSurveyTests : IDisposable
{
    private readonly TestFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void CountsAndDrops()
    {
        DelimitedLog log = _folder.Log("v,click,conversion\na,0,0\nb,1,0\nb,1,1\nc,0,1\n,0.0,0.0\n");
        LogSurvey survey = LogSurvey.Run(log, Schema(ConversionWithoutClick.Drop));
        Assert.Equal(4, survey.Training.Impressions);
        Assert.Equal([2L, 1L], survey.Training.Reached);
        Assert.Equal(1, survey.Training.Dropped["conversion without click"]);
        Assert.Equal(0, survey.Validation.Impressions);
        Assert.Equal((4L, 3L), (survey.Fields[0].Count, survey.Fields[0].Distinct!.Value));

        LogSurvey clicks = LogSurvey.Run(log, Schema(ConversionWithoutClick.AsClick));
        Assert.Equal((5L, 3L, 2L), (clicks.Training.Impressions, clicks.Training.Reached[0], clicks.Training.Reached[1]));
        Assert.Empty(clicks.Training.Dropped);
        Assert.Equal(survey.Fingerprint, clicks.Fingerprint);
    }

    [Fact]
    public void NothingIsLearnedFromTheRowsSetAside()
    {
        DelimitedLog log = _folder.Numbered(700);
        var schema = TestFolder.Numbers() with { Fields = [new VocabularyField { Name = "user" }] };
        Holdout holdout = Holdout.ByColumn("user", 0.3, 5);
        LogSurvey survey = LogSurvey.Run(log, schema, holdout);
        Assert.Equal(700, survey.Training.Impressions + survey.Validation.Impressions);
        int[] trained = [.. Enumerable.Range(0, 100).Where(u => !holdout.IsValidation("u" + u))];
        Assert.Equal(7 * trained.Length, survey.Training.Impressions);
        Assert.Equal(trained.Length, survey.Fields[0].Distinct);
        Assert.Equal(trained.Length + 1, survey.Space.Encoders[0].Rows);
    }

    [Theory]
    [InlineData("a,2,0", "log.csv line 3, column \"click\": label \"2\"")]
    [InlineData("a,0,", "log.csv line 3, column \"conversion\": label \"\"")]
    public void BadLabelsNameFileLineAndColumn(string row, string message)
    {
        DelimitedLog log = _folder.Log("v,click,conversion\na,0,0\n" + row + "\n");
        EsmmException e = Assert.Throws<EsmmException>(() => LogSurvey.Run(log, Schema(ConversionWithoutClick.Drop)));
        Assert.Contains(message, e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void BadNumbersNameFileLineAndField()
    {
        DelimitedLog log = _folder.Log("v,click,conversion\n1,0,0\n\"x\ny\",0,0\n");
        Schema schema = Schema(ConversionWithoutClick.Drop) with { Fields = [new NumericField { Name = "price", Column = "v" }] };
        Assert.Contains("log.csv line 3, field \"price\": value \"x\\u000ay\" is not a number", Assert.Throws<EsmmException>(() => LogSurvey.Run(log, schema)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void ProgressEndsAtAllBytesAndCancellationStops()
    {
        DelimitedLog log = _folder.Numbered(30_000);
        var seen = new List<LogProgress>();
        LogSurvey.Run(log, TestFolder.Numbers(), progress: new Now(seen.Add));
        Assert.True(seen.Count >= 4);
        Assert.Equal(new LogProgress(log.TotalBytes!.Value, log.TotalBytes, 30_000), seen[^1]);
        Assert.Equal(seen.Select(p => p.BytesRead).Order(), seen.Select(p => p.BytesRead));

        using var source = new CancellationTokenSource();
        Assert.Throws<OperationCanceledException>(() => LogSurvey.Run(log, TestFolder.Numbers(), progress: new Now(p => { if (p.Rows > 8000) { source.Cancel(); } }), cancellation: source.Token));
    }

    private static Schema Schema(ConversionWithoutClick rule) => new()
    {
        Fields = [new VocabularyField { Name = "v" }],
        Labels = [new LabelStage { Name = "click" }, new LabelStage { Name = "conversion" }],
        ConversionWithoutClick = rule,
    };

    private sealed class Now(Action<LogProgress> action) : IProgress<LogProgress>
    {
        public void Report(LogProgress value) => action(value);
    }
}
