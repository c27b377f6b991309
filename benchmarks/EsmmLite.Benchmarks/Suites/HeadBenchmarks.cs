using BenchmarkDotNet.Attributes;
using EsmmLite.Benchmarks.Figures;
using EsmmLite.Kernels;
using EsmmLite.Layers;

namespace EsmmLite.Benchmarks.Suites;

/// <summary>ESMM's head: from two logits a row to probabilities, and to the slopes of the CTCVR loss.</summary>
public class HeadBenchmarks : IHasWork
{
    private const int Rows = 1024;
    private readonly float[] _a = new float[Rows], _b = new float[Rows];

    public Work WorkOf(string method) => new(Items: Rows);

    [GlobalSetup]
    public void Setup()
    {
        SplitMix random = new(1);
        for (int r = 0; r < Rows; r++)
        {
            (_a[r], _b[r]) = ((6 * random.NextSingle()) - 5, (6 * random.NextSingle()) - 5);
        }
    }

    [Benchmark]
    public double Predict()
    {
        double sum = 0;
        for (int r = 0; r < Rows; r++)
        {
            SigmoidProduct.Predict(_a[r], _b[r], out _, out _, out double t);
            sum += t;
        }

        return sum;
    }

    [Benchmark]
    public double Slopes()
    {
        double sum = 0;
        for (int r = 0; r < Rows; r++)
        {
            SigmoidProduct.CtcvrSlopes(_a[r], _b[r], c: (r & 63) == 0, out double dA, out double dB);
            sum += dA + dB;
        }

        return sum;
    }
}
