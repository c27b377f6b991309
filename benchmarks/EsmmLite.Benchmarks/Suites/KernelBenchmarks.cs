using BenchmarkDotNet.Attributes;
using EsmmLite.Benchmarks.Figures;
using EsmmLite.Kernels;
using EsmmLite.Memory;

namespace EsmmLite.Benchmarks.Suites;

/// <summary>The three products of each dense layer of the default model, over chunks of rows; both first layers together are 192 x 1024.</summary>
public class KernelBenchmarks : IHasWork
{
    private AlignedBuffer _x = null!, _z = null!, _weights = null!, _transposed = null!, _gradients = null!, _bias = null!;
    private int _k, _n;

    [Params("192x1024", "512x128", "128x64")]
    public string Layer { get; set; } = "";

    [Params(48, 96, 192, 256)]
    public int Rows { get; set; }

    public Work WorkOf(string method)
    {
        (int k, int n) = Shape();
        return new Work(Flops: 2.0 * Rows * k * n);
    }

    [GlobalSetup]
    public void Setup()
    {
        (_k, _n) = Shape();
        SplitMix random = new(1);
        _x = Random(Rows * (_k + PanelProducts.Padding), ref random);
        _z = Random(Rows * (_n + PanelProducts.Padding), ref random);
        _weights = Random(_k * _n, ref random);
        _transposed = Random(_k * _n, ref random);
        _bias = Random(_n, ref random);
        _gradients = new AlignedBuffer(_k * _n);
    }

    [Benchmark]
    public void Forward() => PanelProducts.Forward(_x.Span, _weights.Span, _bias.Span, Rows, _k, _n, _z.Span);

    [Benchmark]
    public void DInput() => PanelProducts.BackwardInput(_z.Span, _transposed.Span, Rows, _k, _n, _x.Span);

    [Benchmark]
    public void DWeight() => PanelProducts.BackwardWeight(_x.Span, _z.Span, Rows, _k, _n, _gradients.Span);

    private (int K, int N) Shape()
    {
        int[] sizes = [.. Layer.Split('x').Select(int.Parse)];
        return (sizes[0], sizes[1]);
    }

    private static AlignedBuffer Random(int length, ref SplitMix random)
    {
        AlignedBuffer buffer = new(length);
        foreach (ref float value in buffer.Span)
        {
            value = (2 * random.NextSingle()) - 1;
        }

        return buffer;
    }
}
