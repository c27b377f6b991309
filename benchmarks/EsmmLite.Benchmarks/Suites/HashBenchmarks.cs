using BenchmarkDotNet.Attributes;
using EsmmLite.Benchmarks.Figures;
using EsmmLite.Features;
using EsmmLite.Kernels;

namespace EsmmLite.Benchmarks.Suites;

/// <summary>FarmHash64 modulo a number of buckets, over many different values of one length.</summary>
public class HashBenchmarks : IHasWork
{
    private const int Values = 1024;
    private byte[][] _values = null!;

    [Params(4, 8, 16, 24, 36, 64, 200)]
    public int Length { get; set; }

    public Work WorkOf(string method) => new(Items: 1, Bytes: Length);

    [GlobalSetup]
    public void Setup()
    {
        SplitMix random = new(1);
        _values = new byte[Values][];
        for (int i = 0; i < Values; i++)
        {
            _values[i] = new byte[Length];
            foreach (ref byte b in _values[i].AsSpan())
            {
                b = (byte)(' ' + random.NextBelow(95));
            }
        }
    }

    [Benchmark(OperationsPerInvoke = Values)]
    public int Bucket()
    {
        int sum = 0;
        foreach (byte[] value in _values)
        {
            sum += FarmHash64.Bucket(value, 10_000);
        }

        return sum;
    }
}
