using System.Globalization;
using System.Runtime.InteropServices;
using System.Text;
using System.Text.Json;
using EsmmLite.Kernels;

namespace EsmmLite.Benchmarks.Latency;

/// <summary>One line of the report.</summary>
/// <param name="Case">What was served, and beside what.</param>
/// <param name="Threads">Serving threads.</param>
/// <param name="Runs">Its runs, in order.</param>
internal sealed record LatencyCase(string Case, int Threads, IReadOnlyList<ServingRun> Runs)
{
    internal double RequestsASecond => Median(r => r.RequestsASecond);

    internal double Median(Func<ServingRun, double> figure)
    {
        double[] sorted = [.. Runs.Select(figure).Order()];
        return (sorted[(sorted.Length - 1) / 2] + sorted[sorted.Length / 2]) / 2;
    }
}

/// <summary>The report of the latency command, as a table and as JSON.</summary>
internal sealed class LatencyReport
{
    internal List<LatencyCase> Cases { get; } = [];

    /// <summary>Throughput of two threads over that of one, of each pair of runs; empty when there were none.</summary>
    internal double[] Ratios => Cases is [{ Threads: 1 } one, { Threads: 2 } two, ..] ? [.. one.Runs.Zip(two.Runs, (a, b) => b.RequestsASecond / a.RequestsASecond).Order()] : [];

    internal string Markdown()
    {
        StringBuilder text = new();
        text.Append("| served | threads | runs | requests/s | p50 µs | p90 | p99 | p99.9 | max | p99 / p50 | bytes allocated |\n|---|---|---|---|---|---|---|---|---|---|---|\n");
        foreach (LatencyCase c in Cases)
        {
            text.Append(CultureInfo.InvariantCulture, $"| {c.Case} | {c.Threads} | {c.Runs.Count} | {c.RequestsASecond:F0} | {c.Median(r => r.Microseconds.P50):F1} | {c.Median(r => r.Microseconds.P90):F1} | {c.Median(r => r.Microseconds.P99):F1} ");
            text.Append(CultureInfo.InvariantCulture, $"| {c.Median(r => r.Microseconds.P999):F1} | {c.Runs.Max(r => r.Microseconds.Max):F1} | {c.Median(r => r.Microseconds.P99 / r.Microseconds.P50):F3} | {c.Runs.Sum(r => r.AllocatedBytes)} |\n");
        }

        if (Ratios is { Length: > 0 } ratios)
        {
            text.Append(CultureInfo.InvariantCulture, $"\nThroughput of 2 threads over that of 1: {Middle(ratios):F3} (median of {ratios.Length} pairs of runs, {ratios[0]:F3} to {ratios[^1]:F3}).\n");
        }

        text.Append(CultureInfo.InvariantCulture, $"\nDefault model; a request: all texts set, scored, the 10 best by bid · pCTCVR. Figures are medians over runs, each with exact percentiles of single requests; max is over all runs. {RuntimeInformation.FrameworkDescription}, {VectorWidth.Bits}-bit vectors, {Environment.ProcessorCount} processors.\n");
        return text.ToString();
    }

    internal string Json()
    {
        using MemoryStream stream = new();
        using (Utf8JsonWriter json = new(stream, new JsonWriterOptions { Indented = true, NewLine = "\n" }))
        {
            json.WriteStartObject();
            json.WriteString("runtime", RuntimeInformation.FrameworkDescription);
            json.WriteNumber("vectorBits", VectorWidth.Bits);
            json.WriteNumber("processors", Environment.ProcessorCount);
            json.WriteStartArray("cases");
            foreach (LatencyCase c in Cases)
            {
                json.WriteStartObject();
                json.WriteString("case", c.Case);
                json.WriteNumber("threads", c.Threads);
                json.WriteStartArray("runs");
                foreach (ServingRun run in c.Runs)
                {
                    Write(json, run);
                }

                json.WriteEndArray();
                json.WriteEndObject();
            }

            json.WriteEndArray();
            json.WriteStartArray("throughputRatios");
            Array.ForEach(Ratios, json.WriteNumberValue);
            json.WriteEndArray();
            json.WriteEndObject();
        }

        return Encoding.UTF8.GetString(stream.ToArray()) + "\n";
    }

    private static void Write(Utf8JsonWriter json, ServingRun run)
    {
        json.WriteStartObject();
        json.WriteNumber("requestsPerSecond", run.RequestsASecond);
        json.WriteNumber("allocatedBytes", run.AllocatedBytes);
        json.WriteNumber("requests", run.Microseconds.Count);
        json.WriteNumber("p50Microseconds", run.Microseconds.P50);
        json.WriteNumber("p90Microseconds", run.Microseconds.P90);
        json.WriteNumber("p99Microseconds", run.Microseconds.P99);
        json.WriteNumber("p999Microseconds", run.Microseconds.P999);
        json.WriteNumber("maxMicroseconds", run.Microseconds.Max);
        json.WriteEndObject();
    }

    private static double Middle(double[] sorted) => (sorted[(sorted.Length - 1) / 2] + sorted[sorted.Length / 2]) / 2;
}
