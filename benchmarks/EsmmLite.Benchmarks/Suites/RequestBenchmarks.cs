using BenchmarkDotNet.Attributes;
using EsmmLite.Benchmarks.Figures;
using EsmmLite.Benchmarks.Workloads;
using EsmmLite.Scoring;

namespace EsmmLite.Benchmarks.Suites;

/// <summary>A request of 500 candidates on one thread: its parts, and from texts to the ten best.</summary>
public class RequestBenchmarks : IHasWork
{
    private const int Candidates = 500;
    private RankingService _service = null!;
    private int _next;

    /// <summary>Fields of the request, of 11.</summary>
    [Params(5, 10)]
    public int Shared { get; set; }

    public Work WorkOf(string method) => new(Items: Candidates);

    [GlobalSetup]
    public void Setup()
    {
        _service = new RankingService(new EsmmScorer(ArticleModel.Create(ArticleModel.Config(Shared))), Candidates, 1);
        _service.Fill(0);
    }

    [Benchmark]
    public float Score() => _service.Score()[0].PCtr;

    [Benchmark]
    public void Fill() => _service.Fill(_next++);

    [Benchmark]
    public Ranked FillScoreTop() => _service.Serve(_next++);
}
