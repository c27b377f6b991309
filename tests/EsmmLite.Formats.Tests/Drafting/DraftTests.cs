using EsmmLite.Features;
using EsmmLite.Formats.Delimited;
using EsmmLite.Formats.Drafting;
using EsmmLite.Formats.Profiling;
using EsmmLite.Training;

namespace EsmmLite.Formats.Tests.Drafting;

public sealed class DraftTests : IDisposable
{
    private readonly TestFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void EachColumnIsTakenForWhatItIs()
    {
        ConfigDraft draft = Draft();
        string[] kinds = [.. draft.Columns.Select(choice => choice.Column.Name + ": " + choice.Kind + (choice.Field is null ? "" : ", " + choice.Field.Side))];
        Assert.Equal(
            [
                ": row index", "search_id: group", "asked_at: time", "country_id: code, Request", "item_id: code, Candidate", "price: number, Candidate", "stars: code, Candidate", "score: number, Candidate",
                "title: free text", "version: constant", "coupon: nearly empty", "position: place on page", "dwell_seconds: leak", "revenue: leak", "status: leak", "token: row id", "zip: code, Candidate",
                "age: number, Request", "channel: category, Request", "click: label", "conversion: label",
            ],
            kinds);
    }

    [Fact]
    public void NumbersAreShapedAndMissingTextsFound()
    {
        EsmmConfig config = Draft().Config;
        var price = (NumericField)Field(config, "price");
        Assert.True(price.Log);
        Assert.InRange(price.ClipHigh!.Value, 500, 10_000);
        Assert.False(price.MissingIndicator);
        Assert.True(((NumericField)Field(config, "score")).MissingIndicator);
        Assert.False(((NumericField)Field(config, "age")).Log);
        Assert.Equal(["", "NULL", "error"], config.Schema.MissingValues.Order(StringComparer.Ordinal));

        // Zeros in front belong to a postcode; a value of the request counts once a search.
        Assert.False(((VocabularyField)Field(config, "zip")).Integer);
        Assert.Equal((true, 50), (((VocabularyField)Field(config, "country_id")).Integer, ((VocabularyField)Field(config, "country_id")).MinCount));
    }

    [Fact]
    public void TheTextIsTheConfigAndGivesReasons()
    {
        ConfigDraft draft = Draft();
        string json = draft.ToJson();
        Assert.Equal(draft.Config.ToJson(), EsmmConfig.Parse(json, "draft").ToJson());
        Assert.Equal(draft.Config.Schema.Fields.Count, json.Split('\n').Count(line => line.StartsWith("    {\"name\": ", StringComparison.Ordinal) && line.Contains("\"kind\"") && line.Contains("\"why\": \"")));
        foreach (string name in (string[])["revenue", "dwell_seconds", "status", "position", "title", "token"])
        {
            Assert.Contains("Left out: " + name + " (", json, StringComparison.Ordinal);
        }

        Assert.Equal(["dwell_seconds", "position", "revenue", "status"], draft.Warnings.Select(warning => warning.Split(' ')[0]).Order());
    }

    [Fact]
    public void ThePlaceOnThePageIsLeftOutWithTheWayToTrainOnIt()
    {
        ColumnChoice position = Draft().Columns.Single(choice => choice.Column.Name == "position");
        Assert.Null(position.Field);
        Assert.Contains("add it as a numeric field with 10 buckets and serve.fixed 1", position.Why, StringComparison.Ordinal);
    }

    [Fact]
    public void GroupTimeAndCountsAreDeclared()
    {
        string log = "shown,seconds,search,colour,size,clicks,conversion\n"
            + string.Concat(Enumerable.Range(0, 900).Select(i => $"2024-03-01 10:{i / 60 % 60:00}:{i % 60:00},{1_700_000_000 + i},{i / 9},{(i % 4 == 0 ? "red" : "blue")},{i % 7 % 3},{(i % 5 == 0 ? i % 3 : 0)},{(i % 30 == 5 ? 1 : 0)}\n"));
        Schema schema = Draft("shown").Config.Schema;
        Assert.Equal(("search", "shown", "UTC", TimeFormat.Iso, true, false), (schema.Group, schema.Time!.Column, schema.Time.Zone, schema.Time.Format, schema.Labels[0].BinariseCounts, schema.Labels[1].BinariseCounts));
        Assert.Equal((null, TimeFormat.Seconds), (Draft("seconds").Config.Schema.Time!.Zone, Draft("seconds").Config.Schema.Time!.Format));
        Assert.Null(Draft("colour").Config.Schema.Time);
        Assert.Contains(Draft("colour").Warnings, warning => warning.Contains("can't be read as times", StringComparison.Ordinal));
        Assert.Equal(Draft("shown").Config.ToJson(), EsmmConfig.Parse(Draft("shown").ToJson(), "draft").ToJson());

        ConfigDraft Draft(string time) => ConfigDraft.Of(Profile("search", log, new LabelRule("clicks"), new LabelRule("conversion"), time: time));
    }

    [Fact]
    public void WithoutAGroupTheIdOfTheRequestIsNoticed()
    {
        ConfigDraft draft = Draft(group: null);
        ColumnChoice search = draft.Columns.Single(choice => choice.Column.Name == "search_id");
        Assert.Equal("request id", search.Kind);
        Assert.Contains("--group", search.Why, StringComparison.Ordinal);
        Assert.All(draft.Config.Schema.Fields, field => Assert.Equal(Side.Candidate, field.Side));
    }

    [Fact]
    public void ManyIdsAreHashedAndOnesSeenOnceAreNot()
    {
        var random = new Random(5);
        string log = "user,seldom,click,conversion\n" + string.Concat(Enumerable.Range(0, 400_000).Select(i => "u" + random.Next(70_000) + ",s" + i * 7919L % 200_000 + "," + (i % 7 == 0 ? "1," : "0,") + (i % 21 == 0 ? "1\n" : "0\n")));
        ConfigDraft draft = Draft(group: null, log);
        var user = (HashedField)Field(draft.Config, "user");
        Assert.InRange(user.Buckets, 130_000, 160_000);
        Assert.Equal("rare ids", draft.Columns[1].Kind);
    }

    [Fact]
    public void LabelsMayBeTextsAndNoFunnel()
    {
        string log = "colour,result,paid\n" + string.Concat(Enumerable.Range(0, 900).Select(i => (i % 4 == 0 ? "red," : "blue,") + (i % 3) switch { 0 => "Pass", 1 => "Fail", _ => "Withdrawn" } + (i % 5 == 0 ? ",yes\n" : ",no\n")));
        ConfigDraft draft = Draft(group: null, log, new LabelRule("result", ["Withdrawn"], IsExclusion: true), new LabelRule("paid"));
        Assert.Equal(["Fail", "Pass"], draft.Config.Schema.Labels[0].In!);
        Assert.Equal(["yes"], draft.Config.Schema.Labels[1].In!);
        Assert.Equal(ConversionWithoutClick.AsNegative, draft.Config.Schema.ConversionWithoutClick);
        Assert.Contains(draft.Warnings, warning => warning.Contains("no funnel", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("colour,result\nred,Pass\nred,Fail\n", "result=Pass")]
    [InlineData("colour,result\nred,1\nred,0\n", "no column is left")]
    [InlineData("colour,result\n", "there are no rows")]
    [InlineData("7,red,3,result\n8,red,3,1\n", "looks like values")]
    public void WhatCannotBeDraftedIsSaid(string log, string words)
        => Assert.Contains(words, Assert.Throws<EsmmException>(() => Draft(group: null, log, new LabelRule("result"), new LabelRule("result"))).Message, StringComparison.Ordinal);

    [Fact]
    public void ALookAtTheFirstRowsSaysSo()
    {
        LogProfile profile = Profile("search_id", MessyLog.Text(), new LabelRule("click"), new LabelRule("conversion"), rows: 1000);
        Assert.Equal((1000, false, 100), (profile.Rows, profile.IsWhole, profile.Groups));
        Assert.Contains("the first 1,000 rows", ConfigDraft.Of(profile).ToJson(), StringComparison.Ordinal);
    }

    private static Field Field(EsmmConfig config, string name) => config.Schema.Fields.Single(field => field.Name == name);

    private ConfigDraft Draft(string? group = "search_id") => Draft(group, MessyLog.Text());

    private ConfigDraft Draft(string? group, string log) => Draft(group, log, new LabelRule("click"), new LabelRule("conversion"));

    private ConfigDraft Draft(string? group, string log, LabelRule click, LabelRule conversion) => ConfigDraft.Of(Profile(group, log, click, conversion));

    private LogProfile Profile(string? group, string text, LabelRule click, LabelRule conversion, long? rows = null, string? time = null)
    {
        using var log = new DelimitedLog([_folder.Write("log.csv", text)]);
        return LogProfiler.Run(log, new LogProfileOptions { Click = click, Conversion = conversion, Group = group, Rows = rows, Time = time });
    }
}
