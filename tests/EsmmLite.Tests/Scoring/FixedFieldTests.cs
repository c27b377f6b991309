using System.Globalization;
using EsmmLite.Features;
using EsmmLite.Kernels;
using EsmmLite.Model;
using EsmmLite.Scoring;

namespace EsmmLite.Tests.Scoring;

/// <summary>Fields that are known only afterwards: one value in every scoring path, to the bits of that value; training keeps the logged ones.</summary>
public sealed class FixedFieldTests : IDisposable
{
    private const int Candidates = 40;
    private static readonly string[] Fixed = ["c bucket", "c number", "r text", "r hashed", "c known"];

    private readonly string _folder = Directory.CreateTempSubdirectory("esmm-fixed-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Theory]
    [InlineData(WeightFormat.Float32)]
    [InlineData(WeightFormat.BFloat16)]
    public void EveryPathGivesTheBitsOfTheFixedValue(WeightFormat weights)
    {
        // The same weights, once without fixed fields: there the value is set by hand.
        var options = new ScorerOptions { Weights = weights };
        EsmmScorer plain = new(Create(null), options), scorer = new(Create("7"), options);
        RankingRequest byHand = plain.CreateRequest(Candidates), request = scorer.CreateRequest(Candidates), kept = scorer.CreateRequest(Candidates);
        ImpressionBatch batch = scorer.Space.CreateBatch(Candidates);
        Fill(plain, byHand, set: true);
        Fill(scorer, request, set: false);
        Fill(scorer, kept, set: false, candidates: 0);
        for (int c = 0; c < Candidates; c++)
        {
            kept.AddCandidate(request.Encode(c, project: c % 2 == 0));
            int row = scorer.Space.AddImpression(batch);
            foreach (Field field in scorer.Space.Schema.Fields.Where(field => !Fixed.Contains(field.Name)))
            {
                scorer.Space.Encode(scorer.Field(field.Name), ValueOf(field, c), batch, row);
            }
        }

        Prediction[] expected = plain.Score(byHand, new Prediction[Candidates]).ToArray();
        Assert.True(expected.Distinct().Count() > Candidates / 2);
        Assert.Equal(expected, scorer.Score(request, new Prediction[Candidates]).ToArray());
        Assert.Equal(expected, scorer.Score(kept, new Prediction[Candidates]).ToArray());
        Assert.Equal(expected, scorer.Score(batch, scorer.CreateWorkspace(), new Prediction[Candidates]).ToArray());
    }

    [Fact]
    public void TheValueIsInTheModelFile()
    {
        EsmmModel model = Create("7");
        string path = Path.Combine(_folder, "model.safetensors");
        model.Save(path);
        EsmmScorer loaded = EsmmScorer.Load(path), made = new(model);
        Assert.Equal("7", loaded.Space.Schema.Fields.Single(field => field.Name == "c number").FixedAtServing);
        RankingRequest first = loaded.CreateRequest(Candidates), second = made.CreateRequest(Candidates);
        Fill(loaded, first, set: false);
        Fill(made, second, set: false);
        Assert.Equal(made.Score(second, new Prediction[Candidates]).ToArray(), loaded.Score(first, new Prediction[Candidates]).ToArray());
    }

    [Fact]
    public void SettingTheFieldIsRefused()
    {
        EsmmScorer scorer = new(Create("7"));
        RankingRequest request = scorer.CreateRequest(1);
        request.AddCandidate();
        FieldKey number = scorer.Field("c number"), user = scorer.Field("r text");
        foreach (Action set in (Action[])[() => request.SetCandidate(0, number, 3L), () => request.SetCandidate(0, number, 3.5), () => request.SetCandidate(0, number, "3"), () => request.Set(user, "u"), () => request.Set(user, "u"u8),
            () => scorer.Space.Encode(number, 7L, scorer.Space.CreateBatch(1), 0)])
        {
            EsmmException e = Assert.Throws<EsmmException>(set);
            Assert.Equal(EsmmErrorKind.Usage, e.Kind);
            Assert.Contains("fixed at \"7\" when serving", e.Message, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void ABatchWithLoggedValuesIsNotScored()
    {
        EsmmModel model = Create("7");
        EsmmScorer scorer = new(model);
        foreach (string name in Fixed)
        {
            // Encoded as for training: the last row has another value.
            ImpressionBatch batch = model.Space.CreateBatch(3);
            for (int row = 0; row < 3; row++)
            {
                model.Space.AddImpression(batch);
                foreach (string field in Fixed)
                {
                    model.Space.Encode(model.Space.Field(field), row == 2 && field == name ? "80" : "7", batch, row);
                }
            }

            Prediction[] untouched = new Prediction[3];
            EsmmException e = Assert.Throws<EsmmException>(() => scorer.Score(batch, scorer.CreateWorkspace(), untouched));
            Assert.Contains("field '" + name + "', row 2 of the batch", e.Message, StringComparison.Ordinal);
            Assert.Equal(default, untouched[0]);
            batch.Count = 2;
            scorer.Score(batch, scorer.CreateWorkspace(), untouched);
        }
    }

    [Fact]
    public void WithoutFixedFieldsServingIsTheSpaceItself()
    {
        EsmmModel plain = Create(null), served = Create("7");
        Assert.Same(plain.Space, plain.Space.Serving);
        Assert.NotSame(served.Space, served.Space.Serving);
        Assert.Same(served.Space.Serving, served.Space.Serving.Serving);
        int number = served.Space.FieldIndex("c number");
        Assert.Equal((false, true), (served.Space.IsFixed(number), served.Space.Serving.IsFixed(number)));
    }

    [Fact]
    public void MissingIsAValueToo()
    {
        EsmmScorer plain = new(Create(null)), scorer = new(Create("NA"));
        RankingRequest byHand = plain.CreateRequest(Candidates), request = scorer.CreateRequest(Candidates);
        Fill(plain, byHand, set: false);
        Fill(scorer, request, set: false);
        Assert.Equal(plain.Score(byHand, new Prediction[Candidates]).ToArray(), scorer.Score(request, new Prediction[Candidates]).ToArray());
    }

    [Fact]
    public void AValueThatTheFieldCannotHoldIsAFaultOfTheSchema()
    {
        Schema schema = Create(null).Space.Schema;
        string[] faults = [.. SchemaValidator.Faults(With(schema, "x")).Select(fault => fault.Path + ": " + fault.Message)];
        Assert.Equal(3, faults.Length);
        Assert.All(faults, fault => Assert.Matches(@"^fields\[\d+\]\.serve\.fixed: value ""x"" is not", fault));
        Schema all = schema with { Fields = [.. schema.Fields.Select(field => field with { FixedAtServing = "1" })] };
        Assert.Equal("fields", Assert.Single(SchemaValidator.Faults(all)).Path);
    }

    private static EsmmModel Create(string? served)
    {
        EsmmModel model = ServiceSpace.Create();
        FeatureLearner learner = new(With(model.Space.Schema, served));
        SplitMix random = new(5);
        for (int i = 0; i < 500; i++)
        {
            for (int f = 0; f < model.Space.Encoders.Count; f++)
            {
                learner.Observe(f, random.NextBelow(100).ToString(CultureInfo.InvariantCulture));
            }
        }

        return EsmmModel.Create(learner.Build(), model.Options);
    }

    private static Schema With(Schema schema, string? served) =>
        schema with { Fields = [.. schema.Fields.Select(field => Fixed.Contains(field.Name) ? field with { FixedAtServing = served } : field)] };

    private static void Fill(EsmmScorer scorer, RankingRequest request, bool set, int candidates = Candidates)
    {
        request.Clear();
        Field[] fields = [.. scorer.Space.Schema.Fields];
        foreach (Field field in fields.Where(field => field.Side == Side.Request && (set || !Fixed.Contains(field.Name))))
        {
            request.Set(scorer.Field(field.Name), Fixed.Contains(field.Name) ? "7" : ValueOf(field, 0));
        }

        for (int c = 0; c < candidates; c++)
        {
            request.AddCandidate();
            foreach (Field field in fields.Where(field => field.Side == Side.Candidate && (set || !Fixed.Contains(field.Name))))
            {
                request.SetCandidate(c, scorer.Field(field.Name), Fixed.Contains(field.Name) ? "7" : ValueOf(field, c));
            }
        }
    }

    private static string ValueOf(Field field, int candidate) => (field.Side == Side.Request ? 42 : 13 * candidate % 100).ToString(CultureInfo.InvariantCulture);
}
