namespace EsmmLite.Benchmarks.Kernels;

/// <summary>The kernels beside the FMA peak, in turn, in half a minute: what the suites say, without a process for each figure.</summary>
internal static class KernelsCommand
{
    // Several times round, so that what was called often enough in one pass is compiled well before the next: seconds in all.
    private const int WarmUps = 4;
    private const double WarmUpSeconds = 0.03;
    private const double PeakSeconds = 0.01;

    internal static int Run(string[] args)
    {
        if (KernelsOptions.Read(args) is not { } options)
        {
            return 2;
        }

        KernelFigure peak = KernelFigures.Peak();
        KernelFigure[] products = [.. KernelFigures.Products()], others = [.. KernelFigures.Others()];
        for (int pass = 0; pass < WarmUps; pass++)
        {
            foreach (KernelFigure figure in (KernelFigure[])[peak, .. products, .. others])
            {
                figure.WarmUp(WarmUpSeconds);
            }
        }

        // The clock of a shared machine wanders: the peak is measured before each product, and a round's shares are of its own peak.
        List<double> peaks = [];
        for (int round = 0; round < options.Rounds; round++)
        {
            foreach (KernelFigure product in products)
            {
                peak.Measure(PeakSeconds);
                product.Measure(options.Milliseconds / 1e3);
            }

            peaks.Add(peak.Work.Flops / Median.Of(peak.Seconds.TakeLast(products.Length)));
            foreach (KernelFigure other in others)
            {
                other.Measure(options.Milliseconds / 1e3);
            }
        }

        KernelsReport report = new(options, peaks, products, others);
        Console.Write(report.Markdown());
        if (options.Out is { } folder)
        {
            Directory.CreateDirectory(folder);
            File.WriteAllText(Path.Combine(folder, "kernels.md"), report.Markdown());
            File.WriteAllText(Path.Combine(folder, "kernels.json"), report.Json());
        }

        return 0;
    }
}
