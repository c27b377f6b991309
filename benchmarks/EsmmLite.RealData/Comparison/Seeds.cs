namespace EsmmLite.RealData.Comparison;

/// <summary>Runs a comparison over the seeds 1, 2, ..</summary>
internal static class Seeds
{
    public static IReadOnlyList<SeedResult> Run(int seeds, Func<ulong, SeedResult> run, Action<SeedResult>? done)
    {
        var results = new SeedResult[seeds];

        // The result does not depend on the number of threads, so whole seeds go side by side.
        Parallel.For(0, seeds, new ParallelOptions { MaxDegreeOfParallelism = Environment.ProcessorCount }, i =>
        {
            results[i] = run((ulong)i + 1);
            done?.Invoke(results[i]);
        });
        return results;
    }
}
