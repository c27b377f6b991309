using System.Text.Json;
using BenchmarkDotNet.Exporters;
using BenchmarkDotNet.Loggers;
using BenchmarkDotNet.Reports;
using BenchmarkDotNet.Running;
using EsmmLite.Kernels;

namespace EsmmLite.Benchmarks.Figures;

/// <summary>The table as JSON, with the figures that BenchmarkDotNet's own exporter doesn't know.</summary>
public sealed class FigureJson : ExporterBase
{
    protected override string FileExtension => "json";

    protected override string FileCaption => "figures";

    public override void ExportToLog(Summary summary, ILogger logger)
    {
        ArgumentNullException.ThrowIfNull(summary);
        ArgumentNullException.ThrowIfNull(logger);
        using MemoryStream stream = new();
        using (Utf8JsonWriter json = new(stream, new JsonWriterOptions { Indented = true, NewLine = "\n" }))
        {
            json.WriteStartObject();
            json.WriteString("title", summary.Title);
            json.WriteString("cpu", summary.HostEnvironmentInfo.Cpu.Value?.ProcessorName);
            json.WriteString("runtime", summary.HostEnvironmentInfo.RuntimeVersion);
            json.WriteNumber("vectorBits", VectorWidth.Bits);
            json.WriteStartArray("benchmarks");
            foreach (BenchmarkReport report in summary.Reports)
            {
                Write(json, summary, report);
            }

            json.WriteEndArray();
            json.WriteEndObject();
        }

        logger.WriteLine(System.Text.Encoding.UTF8.GetString(stream.ToArray()));
    }

    private static void Write(Utf8JsonWriter json, Summary summary, BenchmarkReport report)
    {
        BenchmarkCase benchmark = report.BenchmarkCase;
        json.WriteStartObject();
        json.WriteString("suite", benchmark.Descriptor.Type.Name);
        json.WriteString("benchmark", benchmark.Descriptor.WorkloadMethod.Name);
        json.WriteStartObject("parameters");
        foreach (var parameter in benchmark.Parameters.Items)
        {
            json.WriteString(parameter.Name, parameter.ToDisplayText());
        }

        json.WriteEndObject();
        if (report.ResultStatistics is { } time)
        {
            json.WriteNumber("medianNanoseconds", time.Median);
            json.WriteNumber("standardDeviationNanoseconds", time.StandardDeviation);
            json.WriteNumber("measurements", time.N);
        }

        if (report.GcStats.GetBytesAllocatedPerOperation(benchmark) is { } bytes)
        {
            json.WriteNumber("allocatedBytes", bytes);
        }

        foreach (WorkColumn column in WorkColumn.All)
        {
            if (column.Figure(summary, benchmark) is var figure and > 0)
            {
                json.WriteNumber(column.ColumnName, figure);
            }
        }

        json.WriteEndObject();
    }
}
