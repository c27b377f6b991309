using EsmmLite.Features;
using EsmmLite.Kernels;
using EsmmLite.Model;
using EsmmLite.Scoring;
using EsmmLite.Tests.Model;

namespace EsmmLite.Tests.Scoring;

/// <summary>Candidates that are encoded once, with or without their part of the first layer, and added to many requests.</summary>
public sealed class EncodedCandidateTests : IDisposable
{
    private const int Candidates = 130;

    private readonly string _folder = Directory.CreateTempSubdirectory("esmm-encoded-").FullName;

    public static MatrixTheoryData<string, WeightFormat> ShapesAndFormats => BitEqualityTests.ShapesAndFormats;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Theory]
    [MemberData(nameof(ShapesAndFormats))]
    public void ScoreToTheBitsOfFreshOnes(string shape, WeightFormat weights)
    {
        EsmmScorer scorer = new(SmallModels.Create(shape), new ScorerOptions { Weights = weights });
        RankingRequest fresh = scorer.CreateRequest(Candidates), kept = scorer.CreateRequest(Candidates), mixed = scorer.CreateRequest(Candidates);
        Fill(scorer, fresh, user: 1);
        EncodedCandidate[] projected = [.. Enumerable.Range(0, Candidates).Select(c => fresh.Encode(c, project: true))];
        EncodedCandidate[] plain = [.. Enumerable.Range(0, Candidates).Select(c => fresh.Encode(c))];
        for (ulong user = 2; user < 4; user++)
        {
            Fill(scorer, fresh, user);
            SetUser(scorer, kept, user);
            SetUser(scorer, mixed, user);
            for (int c = 0; c < Candidates; c++)
            {
                Assert.Equal(c, kept.AddCandidate(projected[c]));
                mixed.AddCandidate(c % 3 == 0 ? plain[c] : projected[c]);
            }

            Prediction[] expected = scorer.Score(fresh, new Prediction[Candidates]).ToArray();
            Assert.Equal(expected, scorer.Score(kept, new Prediction[Candidates]).ToArray());
            Assert.Equal(expected, scorer.Score(mixed, new Prediction[Candidates]).ToArray());
        }
    }

    [Fact]
    public void AValueThatIsSetLaterCounts()
    {
        EsmmScorer scorer = new(SmallModels.Create("spanningCross"));
        RankingRequest fresh = scorer.CreateRequest(Candidates), kept = scorer.CreateRequest(Candidates);
        Fill(scorer, fresh, user: 1);
        SetUser(scorer, kept, user: 1);
        for (int c = 0; c < Candidates; c++)
        {
            kept.AddCandidate(fresh.Encode(c, project: true));
        }

        fresh.SetCandidate(5, scorer.Field("c0"), "another");
        kept.SetCandidate(5, scorer.Field("c0"), "another");
        Assert.Equal(scorer.Score(fresh, new Prediction[Candidates]).ToArray(), scorer.Score(kept, new Prediction[Candidates]).ToArray());
    }

    [Fact]
    public void AnotherModelsAreRefusedByName()
    {
        string one = Path.Combine(_folder, "one"), other = Path.Combine(_folder, "other");
        SmallModels.Create("plain", seed: 1).Save(one);
        SmallModels.Create("plain", seed: 2).Save(other);
        EsmmScorer scorer = EsmmScorer.Load(one);
        RankingRequest request = scorer.CreateRequest(2);
        EncodedCandidate candidate = EncodeOne(scorer);
        EsmmScorer stranger = EsmmScorer.Load(other);

        request.AddCandidate(candidate);
        request.AddCandidate(EncodeOne(EsmmScorer.Load(one)));
        EsmmException stale = Assert.Throws<EsmmException>(() => stranger.CreateRequest(1).AddCandidate(candidate));
        Assert.Equal(EsmmErrorKind.Usage, stale.Kind);
        Assert.Contains(scorer.Digest![..12], stale.Message, StringComparison.Ordinal);
        Assert.Contains(stranger.Digest![..12], stale.Message, StringComparison.Ordinal);

        // The same file in another format has other bits.
        EsmmScorer rounded = EsmmScorer.Load(one, new ScorerOptions { Weights = WeightFormat.BFloat16 });
        Assert.Contains("bfloat16", Assert.Throws<EsmmException>(() => rounded.CreateRequest(1).AddCandidate(candidate)).Message, StringComparison.Ordinal);

        // A model in memory may have been trained on since it was loaded: the digest of its file says nothing.
        EsmmModel loaded = EsmmModel.Load(one);
        Assert.Throws<EsmmException>(() => new EsmmScorer(loaded).CreateRequest(1).AddCandidate(candidate));
        Assert.Throws<EsmmException>(() => new EsmmScorer(loaded).CreateRequest(1).AddCandidate(EncodeOne(new EsmmScorer(loaded))));
    }

    [Fact]
    public void AFullRequestRefusesOneMore()
    {
        EsmmScorer scorer = new(SmallModels.Create("plain"));
        RankingRequest request = scorer.CreateRequest(1);
        EncodedCandidate candidate = EncodeOne(scorer);
        request.AddCandidate(candidate);
        Assert.Throws<EsmmException>(() => request.AddCandidate(candidate));
        Assert.Throws<EsmmException>(() => request.Encode(1));
    }

    [Fact]
    public void NothingIsAllocatedOnTheWayOfARequest()
    {
        EsmmScorer scorer = new(SmallModels.Create("allCrosses"));
        RankingRequest request = scorer.CreateRequest(Candidates);
        Fill(scorer, request, user: 1);
        EncodedCandidate[] candidates = [.. Enumerable.Range(0, Candidates).Select(c => request.Encode(c, project: true))];
        Prediction[] predictions = new Prediction[Candidates];
        void Rank()
        {
            request.Clear();
            foreach (EncodedCandidate candidate in candidates)
            {
                request.AddCandidate(candidate);
            }

            scorer.Score(request, predictions);
        }

        for (int i = 0; i < 50; i++)
        {
            Rank();
        }

        long before = GC.GetAllocatedBytesForCurrentThread();
        Rank();
        Assert.Equal(before, GC.GetAllocatedBytesForCurrentThread());
    }

    private static EncodedCandidate EncodeOne(EsmmScorer scorer)
    {
        RankingRequest request = scorer.CreateRequest(1);
        request.AddCandidate();
        return request.Encode(0, project: true);
    }

    private static void Fill(EsmmScorer scorer, RankingRequest request, ulong user)
    {
        SetUser(scorer, request, user);
        SplitMix random = new(99);
        for (int c = 0; c < Candidates; c++)
        {
            request.AddCandidate();
            foreach (Field field in scorer.Space.Schema.Fields.Where(f => f is not CrossedField && f.Side == Side.Candidate))
            {
                if (random.NextBelow(8) > 0)
                {
                    request.SetCandidate(c, scorer.Field(field.Name), Draw(field, ref random));
                }
            }
        }
    }

    private static void SetUser(EsmmScorer scorer, RankingRequest request, ulong user)
    {
        SplitMix random = new(user);
        request.Clear();
        foreach (Field field in scorer.Space.Schema.Fields.Where(f => f is not CrossedField && f.Side == Side.Request))
        {
            request.Set(scorer.Field(field.Name), Draw(field, ref random));
        }
    }

    private static string Draw(Field field, ref SplitMix random) =>
        field.List is { } list ? ListText.Draw(list, ref random) : field is NumericField ? (random.NextBelow(2000) / 1000.0).ToString(System.Globalization.CultureInfo.InvariantCulture) : "v" + random.NextBelow(500);
}
