using EsmmLite.Benchmarks.Figures;
using EsmmLite.Benchmarks.Suites;
using EsmmLite.Experiments.Machine;

namespace EsmmLite.Benchmarks.Kernels;

/// <summary>What the kernels command measures: the suites' own benchmarks.</summary>
internal static class KernelFigures
{
    internal const string Forward = "forward";
    internal const string DInput = "dX";
    internal const string DWeight = "dW";

    private const int PeakLoops = 100_000;

    // What is not used is not computed.
    private static double s_sink;

    internal static IReadOnlyList<string> Layers { get; } = ["192x1024", "512x128", "128x64"];

    internal static IReadOnlyList<int> Rows { get; } = [48, 96, 192, 256];

    /// <summary>Fused multiply-adds in registers: the limit.</summary>
    internal static KernelFigure Peak() => new("FMA peak", "registers", new Work(Flops: FmaChains.FlopsPerLoop * PeakLoops), () => s_sink = FmaChains.Run(PeakLoops));

    /// <summary>The three products of each dense layer. Each has operands of its own, so none finds another's in the caches.</summary>
    internal static IEnumerable<KernelFigure> Products() =>
        from layer in Layers
        from product in (string[])[Forward, DInput, DWeight]
        from rows in Rows
        select Product(layer, product, rows);

    /// <summary>What else a step and a score consist of.</summary>
    internal static IEnumerable<KernelFigure> Others()
    {
        HeadBenchmarks head = new();
        head.Setup();
        yield return new("head: probabilities", "1024 rows", head.WorkOf(""), () => s_sink = head.Predict());
        yield return new("head: slopes of the CTCVR loss", "1024 rows", head.WorkOf(""), () => s_sink = head.Slopes());
        foreach (int rows in (int[])[10_000, 1_000_000])
        {
            GatherBenchmarks gather = new() { TableRows = rows };
            gather.Setup();
            yield return new("gather", $"4096 of {rows:#,0} rows of 64 bytes", gather.WorkOf(""), gather.Gather);
        }

        AdamDenseBenchmarks towers = new();
        towers.Setup();
        yield return new("Adam, towers", "all weights of the default model", towers.WorkOf(""), towers.Towers);
        foreach (int rows in (int[])[10_000, 1_000_000])
        {
            AdamRowsBenchmarks table = new() { TableRows = rows };
            table.Setup();
            yield return new("lazy Adam", $"distinct rows of 4096 draws from {rows:#,0}", table.WorkOf(""), table.Table);
        }

        foreach (int length in (int[])[8, 36])
        {
            HashBenchmarks hash = new() { Length = length };
            hash.Setup();
            Work one = hash.WorkOf("");
            yield return new("hashing", $"1024 values of {length} bytes", one with { Items = one.Items * 1024, Bytes = one.Bytes * 1024 }, () => s_sink = hash.Bucket());
        }
    }

    private static KernelFigure Product(string layer, string product, int rows)
    {
        KernelBenchmarks suite = new() { Layer = layer, Rows = rows };
        suite.Setup();
        (Action call, double aim) = product switch
        {
            Forward => ((Action)suite.Forward, 0.92),
            DInput => (suite.DInput, 0.90),
            _ => (suite.DWeight, 0.88),
        };
        return new(product, $"{layer}, {rows} rows", suite.WorkOf(""), call, aim);
    }
}
