using BenchmarkDotNet.Attributes;
using EsmmLite.Benchmarks.Figures;
using EsmmLite.Benchmarks.Workloads;
using EsmmLite.Features;
using EsmmLite.Training;

namespace EsmmLite.Benchmarks.Suites;

/// <summary>One training step of the default model: forward, backward, dense and lazy Adam.</summary>
public class StepBenchmarks : IHasWork
{
    private Trainer _trainer = null!;
    private ImpressionBatch[] _batches = null!;
    private int _next;

    [Params(256, 1024, 4096)]
    public int Batch { get; set; }

    [Params(1, 2)]
    public int Threads { get; set; }

    /// <summary>Forward once, backward twice (inputs and weights): six operations a multiply-add of the forward pass.</summary>
    public Work WorkOf(string method) => new(Flops: 6 * ArticleModel.MultiplyAdds * Batch, Items: Batch, Threads: Threads);

    [GlobalSetup]
    public void Setup()
    {
        EsmmConfig config = ArticleModel.Config();
        _trainer = new Trainer(ArticleModel.Create(config), config.Training with { Batch = Batch }, Threads);
        _batches = ArticleModel.Batches(_trainer.Model.Space, Batch, Math.Max(8, 16_384 / Batch));
    }

    [GlobalCleanup]
    public void Cleanup() => _trainer.Dispose();

    [Benchmark]
    public StepResult Step() => _trainer.Step(_batches[_next++ % _batches.Length]);
}
