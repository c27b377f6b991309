using BenchmarkDotNet.Attributes;
using EsmmLite.Benchmarks.Figures;
using EsmmLite.Benchmarks.Workloads;
using EsmmLite.Features;
using EsmmLite.Scoring;

namespace EsmmLite.Benchmarks.Suites;

/// <summary>Scoring encoded batches of the default model on one thread.</summary>
public class ScoreBenchmarks : IHasWork
{
    private EsmmScorer _scorer = null!;
    private ScoringWorkspace _workspace = null!;
    private ImpressionBatch[] _batches = null!;
    private Prediction[] _predictions = null!;
    private int _next;

    [Params(1, 16, 100, 500, 1000, 5000)]
    public int Rows { get; set; }

    [Params(WeightFormat.Float32, WeightFormat.BFloat16)]
    public WeightFormat Weights { get; set; }

    public Work WorkOf(string method) => new(Flops: 2 * ArticleModel.MultiplyAdds * Rows, Items: Rows);

    [GlobalSetup]
    public void Setup()
    {
        _scorer = new EsmmScorer(ArticleModel.Create(ArticleModel.Config()), new ScorerOptions { Weights = Weights });
        _workspace = _scorer.CreateWorkspace();
        _batches = ArticleModel.Batches(_scorer.Space, Rows, Math.Clamp(16_384 / Rows, 8, 64));
        _predictions = new Prediction[Rows];
    }

    [Benchmark]
    public float Score() => _scorer.Score(_batches[_next++ % _batches.Length], _workspace, _predictions)[0].PCtr;
}
