using EsmmLite.Features;
using EsmmLite.Formats.Delimited;
using EsmmLite.Formats.Packed;
using EsmmLite.Formats.Times;

namespace EsmmLite.Formats.Tests.Times;

public sealed class FunnelTimesTests : IDisposable
{
    // Ten days; i is the day. Clicks after an hour, conversions after as many days as there are days.
    private const string Header = "i,at,click,click_at,bought,bought_at\n";
    private const string Rows = """
        1,2013-06-01 00:00:00,1,2013-06-01 01:00:00,1,2013-06-02 01:00:00
        2,2013-06-02 00:00:00,1,2013-06-02 01:00:00,1,2013-06-04 01:00:00
        3,2013-06-03 00:00:00,1,2013-06-03 01:00:00,0,
        4,2013-06-04 00:00:00,1,2013-06-04 01:00:00,1,2013-06-08 01:00:00
        5,2013-06-05 00:00:00,0,,0,
        6,2013-06-06 00:00:00,1,2013-06-06 01:00:00,1,2013-06-12 01:00:00
        7,2013-06-06 00:00:00,0,,0,never
        8,2013-06-08 00:00:00,1,2013-06-08 01:00:00,1,2013-06-16 01:00:00
        9,2013-06-09 00:00:00,0,,0,
        10,2013-06-10 00:00:00,1,2013-06-10 00:00:00,1,2013-06-10 00:00:00

        """;

    private readonly TestFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void TimesAreKeptWithTheirImpressions()
    {
        using DelimitedLog log = _folder.Log(Header + Rows);
        FeatureSpace space = FeatureSpace.FromSchema(Schema());
        using PackedParts parts = PackedParts.Pack(log, space);
        ImpressionBatch packed = space.CreateBatch(10), text = space.CreateBatch(10);
        parts.Training.Read(0, 10, packed, 0);
        using var source = new TextSource(log, space);
        Assert.True(source.Fill(text));
        Assert.Equal(text.Times.ToArray(), packed.Times.ToArray());
        Assert.Equal(text.Labels(1).ToArray(), packed.Labels(1).ToArray());
        Assert.Equal(new DateTime(2013, 6, 3, 0, 0, 0, DateTimeKind.Utc).Ticks, packed.Times[2]);
        Assert.Equal(0, FeatureSpace.FromSchema(Schema() with { Time = null, Labels = TestFolder.Numbers().Labels }).CreateBatch(3).Times.Length);
    }

    [Fact]
    public void SinceAndUntilChooseImpressions()
    {
        FunnelCounts counts = Count(Schema(), new TimeSelection { Since = Day(2), Until = Day(6) });
        Assert.Equal((4L, 3L, 2L), (counts.Impressions, counts.Reached[0], counts.Reached[1]));
        Assert.Equal([("at or after the until time", 5L), ("before the since time", 1L)], counts.Dropped.Select(pair => (pair.Key, pair.Value)));
        Assert.Empty(counts.Hidden);
    }

    [Fact]
    public void AsOfHidesWhatCameLater()
    {
        // Known on the 6th at half past midnight: 7 impressions; the click of the 6th and two conversions are still to come.
        FunnelCounts counts = Count(Schema(), new TimeSelection { AsOf = Day(6).AddMinutes(30) });
        Assert.Equal((7L, 4L, 2L), (counts.Impressions, counts.Reached[0], counts.Reached[1]));
        Assert.Equal(3, counts.Dropped["after the as-of time"]);
        Assert.Equal([("buy after the as-of time", 2L), ("click after the as-of time", 1L)], counts.Hidden.Select(pair => (pair.Key, pair.Value)));

        // At the time itself it is known.
        Assert.Equal(5, Count(Schema(), new TimeSelection { AsOf = Day(6).AddHours(1) }).Reached[0]);
    }

    [Theory]
    [InlineData(1, 2, 4)] // of 6 conversions those of days 1 and 10
    [InlineData(4, 4, 2)]
    [InlineData(8, 6, 0)]
    public void AWindowEndsWhatCounts(int days, long kept, long hidden)
    {
        Schema schema = Schema();
        FunnelCounts counts = Count(schema with { Labels = [schema.Labels[0], schema.Labels[1] with { Window = TimeSpan.FromDays(days) }] }, null);
        Assert.Equal((10L, 7L, kept), (counts.Impressions, counts.Reached[0], counts.Reached[1]));
        Assert.Equal(hidden, counts.Hidden.GetValueOrDefault("buy outside its window"));
    }

    [Fact]
    public void AClickOutsideItsWindowTakesItsConversionAlong()
    {
        Schema schema = Schema();
        FunnelCounts counts = Count(schema with { Labels = [schema.Labels[0] with { Window = TimeSpan.FromMinutes(59) }, schema.Labels[1]] }, null);
        Assert.Equal((10L, 1L, 1L), (counts.Impressions, counts.Reached[0], counts.Reached[1]));
        Assert.Equal((6L, 5L), (counts.Hidden["click outside its window"], counts.Hidden["buy outside its window"]));
        Assert.Empty(counts.Dropped);
    }

    [Fact]
    public void AWindowCountsFromTheImpressionWhereTheClickHasNoTime()
    {
        Schema schema = Schema();
        schema = schema with { Labels = [schema.Labels[0] with { TimeColumn = null }, schema.Labels[1] with { Window = TimeSpan.FromDays(1) }] };
        Assert.Equal(1, Count(schema, null).Reached[1]); // the one of day 1 came an hour later than a day
    }

    [Theory]
    [InlineData("3,yesterday,0,,0,", "log.csv line 2, column \"at\": time \"yesterday\" is no time")]
    [InlineData("3,,0,,0,", "column \"at\": time \"\" is no time")]
    [InlineData("3,2013-06-03,1,,0,", "column \"click_at\": the click has no time")]
    [InlineData("3,2013-06-03,1,2013-06-02 23:59:59,0,", "column \"click_at\": the click at 2013-06-02T23:59:59Z is earlier than what it follows, at 2013-06-03T00:00:00Z")]
    [InlineData("3,2013-06-03,1,2013-06-04,1,2013-06-03", "column \"bought_at\": the buy at 2013-06-03T00:00:00Z is earlier")]
    public void BadTimesNameFileLineAndColumn(string row, string message)
    {
        using DelimitedLog log = _folder.Log(Header + row + "\n");
        EsmmException e = Assert.Throws<EsmmException>(() => LogSurvey.Run(log, Schema()));
        Assert.Equal(EsmmErrorKind.Data, e.Kind);
        Assert.Contains(message, e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void TheNewestImpressionsAreSetAside()
    {
        using DelimitedLog log = _folder.Log(Header + Rows);
        Holdout holdout = TimeSplit.Find(log, Schema(), Holdout.ByTime(0.2));
        Assert.Equal(Day(9), holdout.Threshold);
        Assert.Equal("0.2 by time", holdout.ToString());
        LogSurvey survey = LogSurvey.Run(log, Schema(), holdout);
        Assert.Equal((8L, 2L), (survey.Training.Impressions, survey.Validation.Impressions));

        // Two impressions share a time: 5 of 10 would cut between them.
        Assert.Equal(Day(8), TimeSplit.Find(log, Schema(), Holdout.ByTime(0.4)).Threshold);
        Assert.Equal(Day(5), TimeSplit.Find(log, Schema(), Holdout.ByTime(0.6)).Threshold);

        // Of what counts, not of all.
        Assert.Equal(Day(4), TimeSplit.Find(log, Schema(), Holdout.ByTime(0.25), new TimeSelection { Until = Day(5) }).Threshold);
    }

    [Fact]
    public void TheNewestCannotBeSetAsideBeforeTheyAreFound()
    {
        using DelimitedLog log = _folder.Log(Header + Rows);
        Assert.Equal(EsmmErrorKind.Usage, Assert.Throws<EsmmException>(() => LogSurvey.Run(log, Schema(), Holdout.ByTime(0.2))).Kind);
        Assert.Contains("of one time", Assert.Throws<EsmmException>(() => TimeSplit.Find(log, Schema(), Holdout.ByTime(0.2), new TimeSelection { Until = Day(2) })).Message, StringComparison.Ordinal);
        Assert.Equal(EsmmErrorKind.Config, Assert.Throws<EsmmException>(() => TimeSplit.Find(log, TestFolder.Numbers(), Holdout.ByTime(0.2))).Kind);
    }

    [Fact]
    public void ASelectionNeedsTimes()
    {
        Schema schema = Schema();
        Assert.Contains("\"time\"", Fault(TestFolder.Numbers(), new TimeSelection { Since = Day(1) }), StringComparison.Ordinal);
        Assert.Contains("labels[1]", Fault(schema with { Labels = [schema.Labels[0], schema.Labels[1] with { TimeColumn = null }] }, new TimeSelection { AsOf = Day(1) }), StringComparison.Ordinal);
        Assert.Contains("no impression can be left", Fault(schema, new TimeSelection { Since = Day(2), Until = Day(2) }), StringComparison.Ordinal);
        Assert.Contains("no impression can be left", Fault(schema, new TimeSelection { Since = Day(2), AsOf = Day(1) }), StringComparison.Ordinal);

        static string Fault(Schema schema, TimeSelection times) => Assert.Throws<EsmmException>(() => times.Require(schema)).Message;
    }

    [Fact]
    public void APackedLogKnowsItsTimes()
    {
        using DelimitedLog log = _folder.Log(Header + Rows);
        var since = new TimeSelection { Since = Day(2) };
        PackedKey key = PackedKey.Of(Schema(), log, null, null, 1, since).WithDigests(TestContext.Current.CancellationToken);
        Assert.Null(Stale(PackedKey.Of(Schema(), log, null, null, 1, new TimeSelection { Since = Day(2).ToOffset(TimeSpan.FromHours(5)) })));
        Assert.Contains("other times (since 2013-06-02T00:00:00Z)", Stale(PackedKey.Of(Schema(), log, null, null, 1, since with { AsOf = Day(9) })), StringComparison.Ordinal);
        Assert.Contains("other times", Stale(PackedKey.Of(Schema(), log, null, null, 1)), StringComparison.Ordinal);
        Assert.Contains("no holdout", Stale(PackedKey.Of(Schema(), log, Holdout.ByTime(0.2), null, 1, since)), StringComparison.Ordinal);
        Assert.Contains("another schema", Stale(PackedKey.Of(Schema() with { Time = Schema().Time! with { Zone = "Asia/Tokyo" } }, log, null, null, 1, since)), StringComparison.Ordinal);

        string? Stale(PackedKey now) => key.StaleBecause(now, TestContext.Current.CancellationToken);
    }

    private static DateTimeOffset Day(int day) => new(2013, 6, day, 0, 0, 0, TimeSpan.Zero);

    private static Schema Schema() => new()
    {
        Fields = [new NumericField { Name = "i", Standardise = false }],
        Labels = [new LabelStage { Name = "click", TimeColumn = "click_at" }, new LabelStage { Name = "buy", Column = "bought", TimeColumn = "bought_at" }],
        Time = new ImpressionTime { Column = "at", Zone = "UTC" },
    };

    private FunnelCounts Count(Schema schema, TimeSelection? times)
    {
        using DelimitedLog log = _folder.Log(Header + Rows);
        return LogSurvey.Run(log, schema, times: times).Training;
    }
}
