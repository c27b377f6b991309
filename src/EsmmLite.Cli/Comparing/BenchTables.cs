using EsmmLite.Cli.Terminal;
using EsmmLite.Experiments.PaperBench;

namespace EsmmLite.Cli.Comparing;

/// <summary>A summary as tables that fit the terminal, and its verdict.</summary>
internal static class BenchTables
{
    // As many columns of "0.1234 ± 0.1234" as fit beside a name.
    private const int Columns = 4;

    public static void Write(BenchSummary summary)
    {
        Console.Out.WriteLine(BenchText.Title(summary));
        foreach (string line in Wrapped(BenchText.Counts(summary)))
        {
            Console.Out.WriteLine(line);
        }

        Console.Out.WriteLine();
        BenchMetric[] metrics = [.. BenchText.Defined(summary)];
        foreach (BenchMetric[] some in metrics.Chunk(Columns))
        {
            var table = new TextTable("", ["method", .. some.Select(m => m.Title + ">")]);
            foreach (BenchMethod method in summary.Methods)
            {
                table.Add([BenchText.Name(summary, method), .. some.Select(metric => BenchText.Of(summary.Figure(method, metric.Key)))]);
            }

            table.Write();
        }

        var differences = new TextTable("Difference to BASE, 95 % intervals (in brackets: not supported)", ["method", .. Compared(metrics).Select(m => m.Title + ">")]);
        foreach (BenchMethod method in summary.Methods.Where(m => m != BenchMethod.Base))
        {
            differences.Add([method.Name, .. Compared(metrics).Select(metric => BenchText.Of(summary.Difference(method, BenchMethod.Base, metric.Key)))]);
        }

        differences.Write();
        foreach (string line in BenchVerdict.Of(summary).SelectMany(Wrapped))
        {
            Console.Out.WriteLine(line);
        }

        Console.Out.WriteLine();
    }

    private static IEnumerable<BenchMetric> Compared(BenchMetric[] metrics) =>
        metrics.Where(m => m.Key is BenchMetrics.CvrAuc or BenchMetrics.CtcvrAuc or BenchMetrics.EntireAuc or BenchMetrics.UnclickedLogLoss);

    internal static IEnumerable<string> Wrapped(string text)
    {
        string line = "";
        foreach (string word in text.Split(' '))
        {
            if (line.Length + word.Length >= 98)
            {
                yield return line;
                line = "";
            }

            line += (line.Length == 0 ? "" : " ") + word;
        }

        yield return line;
    }
}
