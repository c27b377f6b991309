using System.Runtime.CompilerServices;
using EsmmLite.Features;
using EsmmLite.Kernels;
using EsmmLite.Layers;
using EsmmLite.Model;
using EsmmLite.Scoring;
using EsmmLite.Tests.Model;
using EsmmLite.Tests.Persistence;

namespace EsmmLite.Tests.Scoring;

/// <summary>The scorer with weights in bfloat16: what it computes, what it keeps and what it refuses.</summary>
public sealed class BrainFloatScorerTests : IDisposable
{
    private static readonly ScorerOptions Brain = new() { Weights = WeightFormat.BFloat16 };

    private readonly TinyFile _tiny = new();

    public static TheoryData<string> Shapes => SmallModels.AllShapes;

    public void Dispose() => _tiny.Dispose();

    [Theory]
    [MemberData(nameof(Shapes))]
    public void It_gives_the_bits_of_the_model_with_rounded_weights(string shape)
    {
        EsmmModel model = SmallModels.Create(shape);
        ImpressionBatch batch = SmallModels.Batch(model.Space, 300, 5);
        Prediction[] plain = Score(new EsmmScorer(model), batch), brain = Score(new EsmmScorer(model, Brain), batch);
        model.Save(_tiny.Path);
        EsmmScorer loaded = EsmmScorer.Load(_tiny.Path, Brain);
        Assert.NotNull(loaded.Digest);
        Round(model);
        Assert.Equal(Score(new EsmmScorer(model), batch), brain);
        Assert.Equal(brain, Score(loaded, batch));
        Assert.NotEqual(plain, brain);
    }

    [Fact]
    public void It_takes_half_the_memory_and_does_not_keep_the_model()
    {
        HashedField[] fields = [SmallModels.Hashed("user", 1_000_001, 3, Side.Request), SmallModels.Hashed("item", 100_000, 16)];
        (WeakReference model, EsmmScorer[] scorers, long[] bytes, long weights) = Build(fields);

        // The rest is names, lists and what the runtime itself allocates: a few pages.
        Assert.InRange(bytes[0], 4 * weights, (long)(4 * 1.02 * weights));
        Assert.InRange(bytes[1], 2 * weights, (long)(2 * 1.02 * weights));
        for (int i = 0; i < 20 && model.IsAlive; i++)
        {
            GC.Collect();
            GC.WaitForPendingFinalizers();
            Thread.Sleep(10 * i);
        }

        Assert.False(model.IsAlive);
        GC.KeepAlive(scorers);
    }

    [Theory]
    [InlineData("emb.c1.weight", "[7, 2]")]
    [InlineData("ctr.dense0.kernel", "[3, 40]")]
    [InlineData("cvr.dense0.kernel", "[0, 47]")]
    [InlineData("ctr.dense1.kernel", "[69, 32]")]
    public void A_weight_beyond_the_largest_bfloat16_is_refused_by_name(string tensor, string place)
    {
        EsmmModel model = SmallModels.Create("sharedSpanning");
        int[] at = [.. place.Trim('[', ']').Split(", ").Select(int.Parse)];
        Span<float> weight = model.Bottom.Tables.SingleOrDefault(t => $"emb.{t.Name}.weight" == tensor) is { } table
            ? table.Row(at[0]).Slice(at[1], 1)
            : model.Towers.Parameters.Slice(model.Towers.Tensors.Single(t => t.Name == tensor) is var found ? found.IndexOf((at[0] * found.Shape[1]) + at[1]) : -1, 1);
        weight[0] = -3.39e38f;
        _ = new EsmmScorer(model, Brain);
        weight[0] = -3.4e38f;
        EsmmException refused = Assert.Throws<EsmmException>(() => new EsmmScorer(model, Brain));
        Assert.Equal(EsmmErrorKind.Usage, refused.Kind);
        Assert.Equal($"tensor '{tensor}' {place}", refused.Where);
        Assert.Contains("-3.4E+38", refused.What, StringComparison.Ordinal);
        _ = new EsmmScorer(model);
    }

    [Fact]
    public void What_is_for_scoring_only_cannot_be_trained_or_saved()
    {
        EsmmModel narrow = SmallModels.Create("allCrosses").Narrow();
        Assert.Throws<NotSupportedException>(() => narrow.Towers.CreateWorkspace(1, training: true));
        Assert.Throws<NotSupportedException>(() => narrow.Save(_tiny.Path));
        Assert.Throws<NotSupportedException>(() => narrow.Towers.Tensors[0].IndexOf(0));
        Assert.False(File.Exists(_tiny.Path));
    }

    /// <summary>Rounds what the format rounds: tables, and every kernel but a logit layer's behind hidden layers.</summary>
    internal static void Round(EsmmModel model)
    {
        foreach (EmbeddingTable table in model.Bottom.Tables)
        {
            foreach (ref float weight in table.Values)
            {
                weight = BrainFloat.Widen(BrainFloat.Narrow(weight));
            }
        }

        // Activation units stay floats.
        foreach (TowerTensor kernel in model.Towers.Tensors.Where(t => t.IsKernel && !t.Name.StartsWith("attention.", StringComparison.Ordinal) && (t.Shape[1] > 1 || t.Name.EndsWith("dense0.kernel", StringComparison.Ordinal))))
        {
            for (int i = 0; i < kernel.Count; i++)
            {
                ref float weight = ref model.Towers.Parameters[kernel.IndexOf(i)];
                weight = BrainFloat.Widen(BrainFloat.Narrow(weight));
            }
        }
    }

    private static Prediction[] Score(EsmmScorer scorer, ImpressionBatch batch)
    {
        Prediction[] predictions = new Prediction[batch.Count];
        scorer.Score(batch, scorer.CreateWorkspace(), predictions);
        return predictions;
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static (WeakReference Model, EsmmScorer[] Scorers, long[] Bytes, long Weights) Build(Field[] fields)
    {
        // Hidden sizes of whole panels: padding is not what is counted here.
        EsmmModel model = SmallModels.Create(new ModelOptions { CtrTower = [512, 128, 64], CvrTower = [512, 128, 64] }, fields);
        EsmmScorer[] scorers = new EsmmScorer[2];
        long[] bytes = new long[2];
        for (int i = 0; i < 2; i++)
        {
            long before = GC.GetAllocatedBytesForCurrentThread();
            scorers[i] = new EsmmScorer(model, new ScorerOptions { Weights = (WeightFormat)i });
            bytes[i] = GC.GetAllocatedBytesForCurrentThread() - before;
        }

        return (new WeakReference(model), scorers, bytes, model.EmbeddingParameters + model.TowerParameters);
    }
}
