using System.Text;
using EsmmLite.Features;
using EsmmLite.Model;
using EsmmLite.Scoring;
using EsmmLite.Tests.Model;

namespace EsmmLite.Tests.Features;

/// <summary>Rows by count and by age, and what is counted of unseen values.</summary>
public class AdmissionTests
{
    private static readonly HashedField Item = new() { Name = "item", Buckets = 1 << 30, Dim = 3, MinCount = 2 };

    [Fact]
    public void Buckets_that_are_seen_often_enough_get_rows_and_the_others_share_row_0()
    {
        FeatureLearner learner = new(SmallModels.Schema([Item]));
        foreach (string value in (string[])["b", "a", "a", "rare", "a", "", "b"])
        {
            learner.Observe(0, value);
        }

        FeatureSpace space = learner.Build();
        AdmittedEncoder encoder = (AdmittedEncoder)space.Encoders[0];
        Assert.Equal((3, 2, 7L, 1L, 3L, 1L), (encoder.Rows, encoder.Entries, learner.Statistics[0].Count, learner.Statistics[0].Missing, learner.Statistics[0].Distinct!.Value, learner.Statistics[0].OutOfVocabulary!.Value));
        Assert.Equal([1, 2, 0, 0, -1], ((string[])["a", "b", "rare", "new", ""]).Select(value => encoder.IdOf(Encoding.UTF8.GetBytes(value))));
        Assert.Throws<EsmmException>(() => FeatureSpace.FromSchema(SmallModels.Schema([Item])));
    }

    [Fact]
    public void Values_that_were_seen_too_long_ago_lose_their_rows()
    {
        long day = TimeSpan.TicksPerDay;
        VocabularyField word = new() { Name = "word", Dim = 2, Missing = MissingRule.Zero, MaxAge = TimeSpan.FromDays(30), List = new ListOptions() };
        Schema schema = SmallModels.Schema([Item with { MinCount = 1, MaxAge = TimeSpan.FromDays(30) }, word]) with { Time = new ImpressionTime { Column = "t" } };
        FeatureLearner learner = new(schema);
        (string Text, long Day)[] log = [("old", 100), ("kept", 100), ("new", 131), ("kept", 131), ("edge", 110), ("", 140)];
        byte[] text = Encoding.UTF8.GetBytes(string.Concat(log.Select(row => row.Text)));
        int[] starts = [.. log.Select((_, i) => log[..i].Sum(row => row.Text.Length))], lengths = [.. log.Select(row => row.Text.Length)];
        for (int field = 0; field < 2; field++)
        {
            learner.Observe(field, new TextColumn(text, starts, lengths), [.. log.Select(row => row.Day * day)]);
        }

        FeatureSpace space = learner.Build();
        Assert.Equal((1L, 1L), (learner.Statistics[0].TooOld!.Value, learner.Statistics[1].TooOld!.Value));
        ImpressionBatch batch = space.CreateBatch(1);
        foreach ((string value, bool known) in (ReadOnlySpan<(string, bool)>)[("old", false), ("kept", true), ("new", true), ("edge", true)])
        {
            space.Encode(0, value, batch, 0);
            space.Encode(1, value, batch, 0);
            Assert.Equal((known, known), (batch.Ids(0)[0] > 0, batch.Ids(1)[0] > 0));
        }
    }

    [Fact]
    public void A_file_keeps_what_was_admitted_and_sharers_use_it()
    {
        FeatureLearner learner = new(SmallModels.Schema([Item with { Name = "last", Shares = "item", Side = Side.Request, List = new ListOptions { MaxValues = 4 } }, Item, new CrossedField { Name = "x", Of = ["item", "c"], Buckets = 9, Dim = 2 }, SmallModels.Hashed("c", 5, 2)]));
        learner.Observe(0, "a|b|c");
        learner.Observe(1, "a");
        learner.Observe(0, "b|z");
        learner.Observe(1, "q");
        FeatureSpace space = learner.Build();
        Assert.Equal(3, space.Encoders[1].Rows);
        EsmmModel model = EsmmModel.Create(space, new ModelOptions { CtrTower = [4], CvrTower = [4] });
        string path = Path.Combine(Path.GetTempPath(), Path.GetRandomFileName());
        try
        {
            model.Save(path);
            EsmmModel loaded = EsmmModel.Load(path);
            Assert.Equal((model.WeightsDigest(), space.ToJson()), (loaded.WeightsDigest(), loaded.Space.ToJson()));
            ImpressionBatch before = space.CreateBatch(1), after = loaded.Space.CreateBatch(1);
            foreach ((FeatureSpace one, ImpressionBatch batch) in (ReadOnlySpan<(FeatureSpace, ImpressionBatch)>)[(space, before), (loaded.Space, after)])
            {
                one.AddImpression(batch);
                one.Encode(0, "b|new|a", batch, 0);
                one.Encode(1, "a", batch, 0);
                one.Encode(3, "k", batch, 0);
            }

            Assert.Equal(Enumerable.Range(0, before.IdSlots).Select(s => before.Ids(s)[0]), Enumerable.Range(0, after.IdSlots).Select(s => after.Ids(s)[0]));
            Assert.Equal(0, before.Ids(1)[0]);
            Assert.Equal(before.Ids(2)[0], before.Ids(4)[0]);
        }
        finally
        {
            File.Delete(path);
        }
    }

    [Fact]
    public void Unseen_and_missing_values_are_counted_by_field()
    {
        FeatureLearner learner = new(SmallModels.Schema([Item with { Name = "tags", Side = Side.Request, List = new ListOptions { MaxValues = 4 } }, Item, SmallModels.Hashed("plain", 5, 2), SmallModels.Number("n")]));
        foreach (int field in (int[])[0, 1])
        {
            learner.Observe(field, "a");
            learner.Observe(field, "a");
        }

        FeatureSpace space = learner.Build();
        UnseenCounts counts = new(space);
        EsmmScorer scorer = new(EsmmModel.Create(space, new ModelOptions { CtrTower = [4], CvrTower = [4] }));
        RankingRequest request = scorer.CreateRequest(9);
        request.Set(scorer.Field("tags"), "a|new|b||a");
        foreach (string item in (string[])["a", "new", "", "c"])
        {
            request.SetCandidate(request.AddCandidate(), scorer.Field("item"), item);
        }

        request.CountUnseen(counts);
        Assert.Equal((3L, 0L, 2L), (counts.Values(0), counts.Missing(0), counts.Unseen(0)));
        Assert.Equal((3L, 1L, 2L), (counts.Values(1), counts.Missing(1), counts.Unseen(1)));
        Assert.Equal((0L, 4L, 0L), (counts.Values(2), counts.Missing(2), counts.Unseen(2)));
        ImpressionBatch batch = space.CreateBatch(2);
        space.AddImpression(batch);
        space.Encode(1, "c", batch, 0);
        counts.Add(batch);
        Assert.Equal((4L, 1L, 3L), (counts.Values(1), counts.Missing(1), counts.Unseen(1)));
        Assert.Equal((3L, 1L, 2L), (counts.Values(0), counts.Missing(0), counts.Unseen(0)));
        Assert.Equal((0L, 0L, 0L), (counts.Values(3), counts.Missing(3), counts.Unseen(3)));
    }

    [Fact]
    public void Faults_are_listed()
    {
        string[] faults = [.. SchemaValidator.Faults(SmallModels.Schema([Item with { MinCount = 0 }, Item with { Name = "b", MaxAge = TimeSpan.FromDays(1) }, Item with { Name = "c", Shares = "b" }])).Select(fault => fault.Path + ": " + fault.Message)];
        Assert.Equal(["fields[0].minCount: 0 where at least 1 was expected", "fields[1].maxAge: needs the times of impressions; declare \"time\"", "fields[2].shares: minCount and maxAge are those of field \"b\"; leave them out"], faults);
    }
}
