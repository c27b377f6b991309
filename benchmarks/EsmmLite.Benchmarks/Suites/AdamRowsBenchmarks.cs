using BenchmarkDotNet.Attributes;
using EsmmLite.Benchmarks.Figures;
using EsmmLite.Features;
using EsmmLite.Kernels;
using EsmmLite.Layers;
using EsmmLite.Model;
using EsmmLite.Training;

namespace EsmmLite.Benchmarks.Suites;

/// <summary>Lazy Adam over the distinct rows of a batch of 4,096, of a table that fits the caches and of one that doesn't.</summary>
public class AdamRowsBenchmarks : IHasWork
{
    private const int Rows = 4096;
    private EsmmModel _model = null!;
    private Optimizer _adam = null!;
    private RowGradients[] _gradients = null!;
    private int _next;

    [Params(10_000, 1_000_000)]
    public int TableRows { get; set; }

    /// <summary>Of evenly drawn rows, n (1 − (1 − 1/n)^4096) are distinct.</summary>
    public Work WorkOf(string method)
    {
        double distinct = TableRows * (1 - Math.Pow(1 - (1.0 / TableRows), Rows));
        return new Work(Items: distinct, Bytes: distinct * OneTable.Dim * 7 * sizeof(float));
    }

    [GlobalSetup]
    public void Setup()
    {
        _model = OneTable.Create(TableRows);
        _adam = new Optimizer(new TrainingOptions(), _model.Bottom, _model.Towers);
        SplitMix random = new(2);
        float[] gradient = new float[OneTable.Dim];
        _gradients = [.. OneTable.Batches(_model.Space, Rows, 128).Select(Gradients)];

        RowGradients Gradients(ImpressionBatch batch)
        {
            RowGradients gradients = new(OneTable.Dim, Rows);
            foreach (int row in batch.Ids(0))
            {
                foreach (ref float g in gradient.AsSpan())
                {
                    g = (random.NextSingle() - 0.5f) / 100;
                }

                gradients.Add(row, gradient);
            }

            return gradients;
        }
    }

    [Benchmark]
    public void Table()
    {
        _adam.BeginStep();
        _adam.StepTable(0, _model.Bottom.Tables[0], _gradients[_next++ % _gradients.Length]);
    }
}
