using BenchmarkDotNet.Attributes;
using EsmmLite.Benchmarks.Figures;
using EsmmLite.Benchmarks.Workloads;
using EsmmLite.Kernels;
using EsmmLite.Model;
using EsmmLite.Training;

namespace EsmmLite.Benchmarks.Suites;

/// <summary>Dense Adam over all tower weights of the default model.</summary>
public class AdamDenseBenchmarks : IHasWork
{
    private EsmmModel _model = null!;
    private Optimizer _adam = null!;
    private float[] _gradients = null!;

    /// <summary>Gradient, weight and both moments are read, all but the gradient written.</summary>
    public Work WorkOf(string method) => new(Items: ArticleModel.TowerParameters, Bytes: ArticleModel.TowerParameters * 7 * sizeof(float));

    [GlobalSetup]
    public void Setup()
    {
        EsmmConfig config = ArticleModel.Config();
        _model = ArticleModel.Create(config);
        _adam = new Optimizer(config.Training, _model.Bottom, _model.Towers);
        _gradients = new float[_model.Towers.Parameters.Length];
        SplitMix random = new(1);
        foreach (ref float g in _gradients.AsSpan())
        {
            g = (random.NextSingle() - 0.5f) / 100;
        }
    }

    [Benchmark]
    public void Towers()
    {
        _adam.BeginStep();
        _adam.StepTowers(_model.Towers, _gradients, 0, _gradients.Length);
    }
}
