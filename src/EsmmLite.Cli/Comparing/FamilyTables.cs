using EsmmLite.Cli.Terminal;
using EsmmLite.Experiments.FamilyBench;
using EsmmLite.Experiments.PaperBench;

namespace EsmmLite.Cli.Comparing;

/// <summary>A summary of the family as tables that fit the terminal, and its verdict.</summary>
internal static class FamilyTables
{
    // As many columns of "0.1234 ± 0.1234" as fit beside a name.
    private const int Columns = 3;

    public static void Write(BenchSummary summary, IReadOnlyList<FamilyLeftOut> leftOut)
    {
        Console.Out.WriteLine(BenchText.Title(summary));
        Lines([BenchText.Counts(summary)]);
        Console.Out.WriteLine();
        foreach (BenchMetric[] some in FamilyText.Defined(summary).Chunk(Columns))
        {
            Table("", summary.Methods, some.Select(m => m.Title + ">"), v => some.Select(metric => BenchText.Of(summary.Figure(v, metric.Key))));
        }

        Table("Difference to plain ESMM, 95 % intervals (in brackets: not supported)", FamilyVerdict.Others(summary), FamilyMetrics.Aucs.Select(m => m.Title + ">"),
            v => FamilyMetrics.Aucs.Select(metric => BenchText.Of(summary.Difference(v, FamilyVariants.Plain, metric.Key))));
        Table("Cost, time over plain ESMM's (fastest of interleaved rounds, one thread)", summary.Methods, FamilyText.CostColumns, v => FamilyText.Costs(summary, v));
        Lines([.. FamilyVerdict.Of(summary), .. FamilyText.LeftOut(summary, leftOut)]);
        Console.Out.WriteLine();
    }

    public static void Lines(IEnumerable<string> lines)
    {
        foreach (string line in lines.SelectMany(BenchTables.Wrapped))
        {
            Console.Out.WriteLine(line);
        }
    }

    private static void Table(string title, IEnumerable<BenchMethod> variants, IEnumerable<string> columns, Func<BenchMethod, IEnumerable<string>> cells)
    {
        var table = new TextTable(title, ["variant", .. columns]);
        foreach (BenchMethod variant in variants)
        {
            table.Add([variant.Name, .. cells(variant)]);
        }

        table.Write();
    }
}
