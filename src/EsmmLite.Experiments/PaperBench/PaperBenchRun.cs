namespace EsmmLite.Experiments.PaperBench;

/// <summary>The comparison: units in parallel, each on one thread, so that results depend on neither the threads nor their order.</summary>
public static class PaperBenchRun
{
    /// <summary>Does whatever the journal does not hold yet.</summary>
    /// <param name="data">The data.</param>
    /// <param name="plan">How much.</param>
    /// <param name="settings">How networks are trained.</param>
    /// <param name="journal">What is done.</param>
    /// <param name="threads">Units at a time.</param>
    /// <param name="progress">Told the share that is done.</param>
    /// <param name="token">Stops between two steps; the journal keeps what was done.</param>
    /// <returns>All outcomes, by data, rate and repeat.</returns>
    public static IReadOnlyList<BenchOutcome> Run(IReadOnlyList<BenchData> data, BenchPlan plan, BenchSettings settings, BenchJournal journal, int threads, IProgress<double>? progress = null, CancellationToken token = default)
    {
        ArgumentNullException.ThrowIfNull(data);
        ArgumentNullException.ThrowIfNull(plan);
        ArgumentNullException.ThrowIfNull(journal);
        (BenchData Data, BenchMethod Method)[] choices = [.. !plan.ChooseVariants ? [] : data.SelectMany(d => plan.Methods.Where(m => m.Variants.Count > 0).Select(m => (d, m))).Where(c => journal.FindVariant(c.d.Name, c.m.Name) is null)];
        BenchUnit[] units = [.. data.SelectMany(d => plan.Rates.SelectMany(rate => Enumerable.Range(1, plan.Repeats).Select(repeat => new BenchUnit(d.Name, rate, repeat))))];
        BenchUnit[] open = [.. units.Where(u => journal.Find(u) is null)];

        // A choice trains a method once a variant.
        double all = choices.Sum(c => c.Method.Variants.Count) + (open.Length * plan.Methods.Count);
        int done = 0;
        void Count(int methods) => progress?.Report(Interlocked.Add(ref done, methods) / all);
        ParallelUnits.Each(choices, threads, token, choice =>
        {
            BenchLog log = choice.Data.Open(1);
            journal.AddVariant(choice.Data.Name, choice.Method.Name, new BenchTraining(log, settings, 1, token).BestVariant(choice.Method));
            Count(choice.Method.Variants.Count);
        });
        ParallelUnits.Each(open, threads, token, unit =>
        {
            BenchLog log = data.First(d => d.Name == unit.Data).Open(unit.Repeat);
            journal.Add(UnitRun.Run(unit, log, settings, plan.Methods, m => journal.FindVariant(unit.Data, m.Name) ?? m.DefaultVariant, () => Count(1), token));
        });
        return [.. units.Select(u => journal.Find(u)!)];
    }
}
