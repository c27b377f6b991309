using EsmmLite.Features;
using EsmmLite.Model;
using EsmmLite.Persistence;
using EsmmLite.Scoring;
using EsmmLite.Tests.Persistence;
using EsmmLite.Training;

namespace EsmmLite.Tests.Model;

public sealed class ModelFileTests : IDisposable
{
    private readonly TinyFile _tiny = new();

    public void Dispose() => _tiny.Dispose();

    [Fact]
    public void A_loaded_model_has_the_same_digest_and_the_same_scores()
    {
        EsmmModel model = Learned();
        string digest = model.Save(_tiny.Path);
        EsmmModel loaded = EsmmModel.Load(_tiny.Path);
        Assert.Equal(digest, loaded.Digest);
        Assert.Equal(model.WeightsDigest(), loaded.WeightsDigest());
        Assert.Equal(model.Space.ToJson(), loaded.Space.ToJson());
        Assert.Equal(digest, loaded.Save(_tiny.Path + "2"));
        Assert.Equal(Score(model), Score(loaded));
    }

    [Fact]
    public void Equal_training_gives_equal_bytes()
    {
        Train(1).Save(_tiny.Path);
        Train(3).Save(_tiny.Path + "2");
        Assert.Equal(File.ReadAllBytes(_tiny.Path), File.ReadAllBytes(_tiny.Path + "2"));
    }

    [Theory]
    [InlineData("format", "other")]
    [InlineData("numerics", "2")]
    [InlineData("min_reader", "3")]
    public void Other_formats_and_numerics_are_refused(string key, string value)
    {
        Refuse(tensors => tensors, m => m.Key == key ? new(key, value) : m);
    }

    [Fact]
    public void Foreign_missing_and_misshapen_tensors_are_refused()
    {
        Refuse(t => [.. t, TensorSource.Of<float>("emb.stranger.weight", [1], new float[1])]);
        Refuse(t => [.. t.Where(x => x.Name != "ctr.dense1.bias")]);
        Refuse(t => [.. t.Select(x => x.Name == "ctr.dense1.bias" ? TensorSource.Of<float>(x.Name, [1, x.Shape[0]], new float[x.Shape[0]]) : x)]);
    }

    private static EsmmModel Train(int threads)
    {
        EsmmModel model = SmallModels.Create("allCrosses");
        using Trainer trainer = new(model, new TrainingOptions { Batch = 200 }, threads);
        for (ulong s = 0; s < 5; s++)
        {
            trainer.Step(SmallModels.Batch(model.Space, 200, s));
        }

        return model;
    }

    private static EsmmModel Learned()
    {
        Field[] fields = [new VocabularyField { Name = "v", Dim = 4 }, new NumericField { Name = "q", Buckets = 4 }, new NumericField { Name = "n" }];
        FeatureLearner learner = new(SmallModels.Schema(fields));
        for (int i = 0; i < 100; i++)
        {
            learner.Observe(0, "word" + (i % 7));
            learner.Observe(1, i.ToString(System.Globalization.CultureInfo.InvariantCulture));
            learner.Observe(2, i.ToString(System.Globalization.CultureInfo.InvariantCulture));
        }

        return EsmmModel.Create(learner.Build(), new ModelOptions { CtrTower = [5], CvrTower = [] });
    }

    private static Prediction[] Score(EsmmModel model)
    {
        EsmmScorer scorer = new(model);
        RankingRequest request = scorer.CreateRequest(9);
        for (int c = 0; c < 9; c++)
        {
            request.AddCandidate();
            request.SetCandidate(c, scorer.Field("v"), "word" + c);
            request.SetCandidate(c, scorer.Field("q"), 10.0 * c);
            request.SetCandidate(c, scorer.Field("n"), 11.0 * c);
        }

        Prediction[] result = new Prediction[9];
        scorer.Score(request, result);
        return result;
    }

    private void Refuse(Func<IReadOnlyList<TensorSource>, IReadOnlyList<TensorSource>> change, Func<KeyValuePair<string, string>, KeyValuePair<string, string>>? metadata = null)
    {
        SmallModels.Create("plain").Save(_tiny.Path);
        string other = _tiny.Path + "2";
        using (TensorFile file = TensorFile.Open(_tiny.Path))
        {
            TensorSource[] tensors = [.. file.Tensors.Where(t => !t.IsExtension).Select(t => TensorSource.Of<float>(t.Name, [.. t.Shape], file.Read<float>(t.Name)))];
            SafetensorsWriter.Save(other, file.Metadata.Select(metadata ?? (m => m)), change(tensors));
        }

        Assert.Equal(EsmmErrorKind.ModelFile, Assert.Throws<EsmmException>(() => EsmmModel.Load(other)).Kind);
    }
}
