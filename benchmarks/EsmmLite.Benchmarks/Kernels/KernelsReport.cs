using System.Globalization;
using System.Runtime.InteropServices;
using System.Text;
using System.Text.Json;
using EsmmLite.Kernels;

namespace EsmmLite.Benchmarks.Kernels;

/// <summary>The report of the kernels command, as tables and as JSON.</summary>
internal sealed class KernelsReport(KernelsOptions options, IReadOnlyList<double> peaks, IReadOnlyList<KernelFigure> products, IReadOnlyList<KernelFigure> others)
{
    /// <summary>The share of an aim at which it counts as reached.</summary>
    private const double Enough = 0.95;

    internal string Markdown()
    {
        StringBuilder text = new();
        Median peak = Median.Spread(peaks);
        text.Append("# Kernels\n\n");
        text.Append(CultureInfo.InvariantCulture, $"One thread, {RuntimeInformation.FrameworkDescription}, {VectorWidth.Bits}-bit vectors. FMA peak: {peak.Value / 1e9:F1} ({peak.Low / 1e9:F1}–{peak.High / 1e9:F1}) GFLOP/s.\n");
        text.Append(CultureInfo.InvariantCulture, $"Medians of {options.Rounds} rounds, each figure the median call of {options.Milliseconds} ms; in brackets the range of the rounds.\n\n");
        text.Append("Products of the default model's dense layers over chunks of rows, as shares of the peak of the same round; an aim counts as reached at 95 % of it.\n\n");
        text.Append($"| layer | product | aim |{string.Concat(KernelFigures.Rows.Select(rows => $" {rows} rows |"))} reached? |\n|---|---|---|{string.Concat(KernelFigures.Rows.Select(_ => "---|"))}---|\n");
        foreach (KernelFigure[] line in products.Chunk(KernelFigures.Rows.Count))
        {
            double aim = line[0].Aim!.Value;
            bool reached = line.All(figure => Shares(figure).Value >= Enough * aim);
            text.Append(CultureInfo.InvariantCulture, $"| {line[0].Shape.Split(',')[0]} | {line[0].Name} | {100 * aim:F0} % |");
            foreach (KernelFigure figure in line)
            {
                Median share = Shares(figure);
                text.Append(CultureInfo.InvariantCulture, $" {100 * share.Value:F1} % ({100 * share.Low:F1}–{100 * share.High:F1}) |");
            }

            text.Append(reached ? " yes |\n" : " **no** |\n");
        }

        text.Append("\nOther parts. Bytes are those that must be read or written at the least.\n\n| part | of | µs a call | M items/s | GB/s |\n|---|---|---|---|---|\n");
        foreach (KernelFigure figure in others)
        {
            Median time = Median.Spread(figure.Seconds);
            string bytes = figure.Work.Bytes == 0 ? "" : (figure.Work.Bytes / time.Value / 1e9).ToString("F2", CultureInfo.InvariantCulture);
            text.Append(CultureInfo.InvariantCulture, $"| {figure.Name} | {figure.Shape} | {1e6 * time.Value:F1} ({1e6 * time.Low:F1}–{1e6 * time.High:F1}) | {figure.Work.Items / time.Value / 1e6:F2} | {bytes} |\n");
        }

        return text.ToString();
    }

    internal string Json()
    {
        using MemoryStream stream = new();
        using (Utf8JsonWriter json = new(stream, new JsonWriterOptions { Indented = true, NewLine = "\n" }))
        {
            json.WriteStartObject();
            json.WriteString("format", "esmm-kernels/1");
            json.WriteString("runtime", RuntimeInformation.FrameworkDescription);
            json.WriteNumber("vectorBits", VectorWidth.Bits);
            json.WriteNumber("rounds", options.Rounds);
            json.WriteNumber("millisecondsPerFigure", options.Milliseconds);
            Numbers("peakFlops", peaks);
            json.WriteStartArray("kernels");
            foreach (KernelFigure figure in (KernelFigure[])[.. products, .. others])
            {
                json.WriteStartObject();
                json.WriteString("name", figure.Name);
                json.WriteString("shape", figure.Shape);
                json.WriteNumber("flops", figure.Work.Flops);
                json.WriteNumber("items", figure.Work.Items);
                json.WriteNumber("bytes", figure.Work.Bytes);
                Numbers("secondsByRound", figure.Seconds);
                if (figure.Aim is { } aim)
                {
                    json.WriteNumber("shareOfPeak", Shares(figure).Value);
                    json.WriteNumber("aim", aim);
                }

                json.WriteEndObject();
            }

            json.WriteEndArray();
            json.WriteEndObject();

            void Numbers(string name, IEnumerable<double> values)
            {
                json.WriteStartArray(name);
                foreach (double value in values)
                {
                    json.WriteNumberValue(value);
                }

                json.WriteEndArray();
            }
        }

        return Encoding.UTF8.GetString(stream.ToArray()) + "\n";
    }

    private Median Shares(KernelFigure figure) => Median.Spread(figure.Seconds.Zip(peaks, (seconds, peak) => figure.Work.Flops / seconds / peak));
}
