using EsmmLite.Benchmarks.Workloads;
using EsmmLite.Scoring;

namespace EsmmLite.Benchmarks.Latency;

/// <summary>How many requests a service answers, and how evenly: concurrent requests, and requests beside a busy thread.</summary>
internal static class LatencyCommand
{
    private const double WarmUpSeconds = 1;

    internal static int Run(string[] args)
    {
        if (LatencyOptions.Read(args) is not { } options)
        {
            return 2;
        }

        if (Environment.ProcessorCount < 2)
        {
            Console.Error.WriteLine("two processors are needed: threads that share one measure the scheduler");
            return 1;
        }

        EsmmScorer scorer = new(ArticleModel.Create(ArticleModel.Config(options.Shared)));
        LatencyReport report = new();
        if (options.Part is "both" or "loop")
        {
            Loop(scorer, options, report);
        }

        if (options.Part is "both" or "busy")
        {
            Busy(scorer, options, report);
        }

        Console.Write(report.Markdown());
        if (options.Out is { } folder)
        {
            Directory.CreateDirectory(folder);
            File.WriteAllText(Path.Combine(folder, "latency.md"), report.Markdown());
            File.WriteAllText(Path.Combine(folder, "latency.json"), report.Json());
        }

        return 0;
    }

    // One thread and two in turn, so that a machine that slows down slows both.
    private static void Loop(EsmmScorer scorer, LatencyOptions options, LatencyReport report)
    {
        ServingLoop loop = new(scorer, options.Candidates, 2, options.LoopSeconds);
        List<ServingRun> one = [], two = [];
        loop.Run(2, WarmUpSeconds);
        for (int round = 0; round < options.Rounds; round++)
        {
            one.Add(loop.Run(1, options.LoopSeconds));
            two.Add(loop.Run(2, options.LoopSeconds));
        }

        string text = $"{options.Candidates} candidates, {options.Shared} of 11 fields in the request, closed loop";
        report.Cases.Add(new LatencyCase(text, 1, one));
        report.Cases.Add(new LatencyCase(text, 2, two));
    }

    private static void Busy(EsmmScorer scorer, LatencyOptions options, LatencyReport report)
    {
        ServingLoop loop = new(scorer, options.BusyCandidates, 1, options.BusySeconds);
        string text = $"{options.BusyCandidates} candidates, {options.Shared} of 11 fields in the request, ";
        loop.Run(1, WarmUpSeconds);
        report.Cases.Add(new LatencyCase(text + "alone", 1, [loop.Run(1, Math.Min(10, options.BusySeconds))]));
        using Neighbour neighbour = new(options.Neighbour);
        loop.Run(1, WarmUpSeconds);
        report.Cases.Add(new LatencyCase(text + "beside a thread busy with " + options.Neighbour, 1, [loop.Run(1, options.BusySeconds)]));
    }
}
