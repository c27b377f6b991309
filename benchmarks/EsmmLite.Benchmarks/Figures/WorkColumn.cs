using System.Globalization;
using BenchmarkDotNet.Columns;
using BenchmarkDotNet.Parameters;
using BenchmarkDotNet.Reports;
using BenchmarkDotNet.Running;
using EsmmLite.Experiments.Machine;

namespace EsmmLite.Benchmarks.Figures;

/// <summary>A figure made of a benchmark's work and its median time.</summary>
public sealed class WorkColumn : IColumn
{
    private static readonly Dictionary<int, double> Peaks = [];
    private readonly Func<Work, double, double> _figure;
    private readonly string _format;

    private WorkColumn(string name, string legend, string format, Func<Work, double, double> figure) => (ColumnName, Legend, _format, _figure) = (name, legend, format, figure);

    /// <summary>All columns. A figure of 0 is not shown.</summary>
    public static IReadOnlyList<WorkColumn> All { get; } =
    [
        new("GFLOP/s", "10^9 floating-point operations a second, two a multiply-add", "F1", (w, ns) => w.Flops / ns),
        new("FMA peak", "Share of the most that as many threads can do, measured by this program after the benchmarks", "P1", (w, ns) => w.Flops == 0 ? 0 : w.Flops / ns * 1e9 / Peak(w.Threads)),
        new("M items/s", "10^6 rows, candidates or values a second", "F3", (w, ns) => w.Items / ns * 1e3),
        new("GB/s", "10^9 bytes a second that must be read or written at the least", "F2", (w, ns) => w.Bytes / ns),
    ];

    public string Id => nameof(WorkColumn) + "." + ColumnName;

    public string ColumnName { get; }

    public string Legend { get; }

    public bool AlwaysShow => true;

    public ColumnCategory Category => ColumnCategory.Custom;

    public int PriorityInCategory => 0;

    public bool IsNumeric => true;

    public UnitType UnitType => UnitType.Dimensionless;

    /// <summary>The figure of a benchmark; 0 where it has none.</summary>
    public double Figure(Summary summary, BenchmarkCase benchmark)
    {
        ArgumentNullException.ThrowIfNull(summary);
        ArgumentNullException.ThrowIfNull(benchmark);
        return Work(benchmark) is { } work && summary[benchmark]?.ResultStatistics is { Median: > 0 } time ? _figure(work, time.Median) : 0;
    }

    public string GetValue(Summary summary, BenchmarkCase benchmarkCase) => Figure(summary, benchmarkCase) is var figure and > 0 ? figure.ToString(_format, CultureInfo.InvariantCulture) : "-";

    public string GetValue(Summary summary, BenchmarkCase benchmarkCase, SummaryStyle style) => GetValue(summary, benchmarkCase);

    public bool IsDefault(Summary summary, BenchmarkCase benchmarkCase) => false;

    public bool IsAvailable(Summary summary) => summary.BenchmarksCases.Any(b => Figure(summary, b) > 0);

    private static double Peak(int threads)
    {
        if (!Peaks.TryGetValue(threads, out double peak))
        {
            Peaks[threads] = peak = FmaPeak.Measure(threads);
        }

        return peak;
    }

    private static Work? Work(BenchmarkCase benchmark)
    {
        if (Activator.CreateInstance(benchmark.Descriptor.Type) is not IHasWork suite)
        {
            return null;
        }

        foreach (ParameterInstance parameter in benchmark.Parameters.Items)
        {
            benchmark.Descriptor.Type.GetProperty(parameter.Name)?.SetValue(suite, parameter.Value);
        }

        return suite.WorkOf(benchmark.Descriptor.WorkloadMethod.Name);
    }
}
