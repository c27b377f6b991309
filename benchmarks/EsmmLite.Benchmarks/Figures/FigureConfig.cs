using BenchmarkDotNet.Columns;
using BenchmarkDotNet.Configs;
using BenchmarkDotNet.Diagnosers;
using BenchmarkDotNet.Exporters;
using BenchmarkDotNet.Loggers;

namespace EsmmLite.Benchmarks.Figures;

/// <summary>What every suite reports: times, the figures of its work, allocated bytes; as Markdown and JSON.</summary>
public sealed class FigureConfig : ManualConfig
{
    public FigureConfig()
    {
        AddLogger(ConsoleLogger.Default);
        AddColumnProvider(DefaultColumnProviders.Instance);
        AddColumn(StatisticColumn.Median);
        AddColumn([.. WorkColumn.All]);
        AddDiagnoser(MemoryDiagnoser.Default);
        AddExporter(MarkdownExporter.GitHub, new FigureJson());
    }
}
