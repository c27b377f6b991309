using EsmmLite.Benchmarks.Workloads;
using EsmmLite.Experiments.Machine;
using EsmmLite.Features;
using EsmmLite.Training;

namespace EsmmLite.Benchmarks.Latency;

/// <summary>A busy thread beside the service: arithmetic in registers alone, or training of the default model, which also uses caches and memory.</summary>
internal sealed class Neighbour : IDisposable
{
    private readonly Thread _thread;
    private volatile bool _stop;
    private float _sink;

    internal Neighbour(string kind)
    {
        _thread = new Thread(kind == "training" ? Train : Spin) { IsBackground = true };
        _thread.Start();
    }

    public void Dispose()
    {
        _stop = true;
        _thread.Join();
    }

    private void Spin()
    {
        while (!_stop)
        {
            _sink = FmaChains.Run(200_000);
        }
    }

    private void Train()
    {
        EsmmConfig config = ArticleModel.Config();
        using Trainer trainer = new(ArticleModel.Create(config), config.Training with { Batch = 1024 }, threads: 1);
        ImpressionBatch[] batches = ArticleModel.Batches(trainer.Model.Space, 1024, 16);
        for (int i = 0; !_stop; i++)
        {
            trainer.Step(batches[i % batches.Length]);
        }
    }
}
