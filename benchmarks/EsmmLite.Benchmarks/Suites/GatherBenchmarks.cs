using BenchmarkDotNet.Attributes;
using EsmmLite.Benchmarks.Figures;
using EsmmLite.Features;
using EsmmLite.Layers;
using EsmmLite.Model;

namespace EsmmLite.Benchmarks.Suites;

/// <summary>Rows of 64 bytes gathered into the network's input from a table that fits the caches, and from one that doesn't.</summary>
public class GatherBenchmarks : IHasWork
{
    private const int Rows = 4096;
    private EsmmModel _model = null!;
    private ImpressionBatch[] _batches = null!;
    private float[] _inputs = null!;
    private int _next;

    [Params(10_000, 1_000_000)]
    public int TableRows { get; set; }

    public Work WorkOf(string method) => new(Items: Rows, Bytes: Rows * OneTable.Dim * sizeof(float));

    [GlobalSetup]
    public void Setup()
    {
        _model = OneTable.Create(TableRows);
        _batches = OneTable.Batches(_model.Space, Rows, 256);
        _inputs = new float[Rows * _model.Bottom.Layout.Stride];
    }

    [Benchmark]
    public void Gather() => _model.Bottom.Forward(_batches[_next++ % _batches.Length], 0, Rows, Part.All, _inputs);
}
