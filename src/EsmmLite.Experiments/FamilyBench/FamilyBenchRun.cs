using EsmmLite.Experiments.PaperBench;

namespace EsmmLite.Experiments.FamilyBench;

/// <summary>The comparison: a variant of a repeat at a time and thread, then the speeds, with nothing else at work.</summary>
public static class FamilyBenchRun
{
    /// <summary>The repeat under which the journal keeps speeds.</summary>
    public const int SpeedRepeat = 0;

    /// <summary>Everything that results depend on, as text. Which variants are compared is not: each has a line of its own in the journal.</summary>
    public static string Identity(IReadOnlyList<FamilyTask> tasks, FamilyPlan plan)
    {
        ArgumentNullException.ThrowIfNull(tasks);
        ArgumentNullException.ThrowIfNull(plan);
        return string.Join("; ", tasks.Select(t => string.Join(' ', t.Data.Identity, t.Config.Identity, t.Limits, string.Join(',', t.Limits.Layers)))) + "; " + string.Join("; ", FamilyVariants.All.Select(v => v.Name + " " + string.Join(' ', v.Overlay)));
    }

    /// <summary>Does whatever the journal does not hold yet.</summary>
    /// <param name="tasks">The logs.</param>
    /// <param name="plan">How much.</param>
    /// <param name="journal">What is done.</param>
    /// <param name="threads">Variants at a time.</param>
    /// <param name="progress">Told the share that is done.</param>
    /// <param name="token">Stops between two steps; the journal keeps what was done.</param>
    /// <returns>An outcome for each log and repeat, with all variants; and what was left out.</returns>
    public static (IReadOnlyList<BenchOutcome> Outcomes, IReadOnlyList<FamilyLeftOut> LeftOut) Run(IReadOnlyList<FamilyTask> tasks, FamilyPlan plan, BenchJournal journal, int threads, IProgress<double>? progress = null, CancellationToken token = default)
    {
        ArgumentNullException.ThrowIfNull(tasks);
        ArgumentNullException.ThrowIfNull(plan);
        ArgumentNullException.ThrowIfNull(journal);
        List<FamilyLeftOut> leftOut = [];
        List<(FamilyLogs Logs, FamilyVariant[] Variants)> work = [];
        foreach (FamilyTask task in tasks)
        {
            FamilyLogs logs = new(task);
            work.Add((logs, [.. plan.Variants.Where(v => Fits(logs, v, leftOut))]));
        }

        (FamilyLogs Logs, FamilyVariant Variant, BenchUnit Unit)[] units =
            [.. work.SelectMany(w => Enumerable.Range(1, plan.Repeats).SelectMany(repeat => w.Variants.Select(v => (w.Logs, v, Unit(w.Logs, repeat, v)))))];
        (FamilyLogs Logs, FamilyVariant Variant, BenchUnit Unit)[] open = [.. units.Where(u => journal.Find(u.Unit) is null)];
        (FamilyLogs Logs, FamilyVariant[] Variants)[] slow = [.. plan.Rounds == 0 ? [] : work.Select(w => (w.Logs, w.Variants.Where(v => journal.Find(Unit(w.Logs, SpeedRepeat, v)) is null).ToArray())).Where(w => w.Item2.Length > 0)];
        double all = open.Length + slow.Sum(w => w.Variants.Length);
        int done = 0;
        void Count() => progress?.Report(Interlocked.Increment(ref done) / all);
        ParallelUnits.Each(open, threads, token, item =>
        {
            BenchLog log = item.Logs.Log(item.Unit.Repeat);
            FamilyPredictions? plain = log.TruePCtr is null && item.Variant != FamilyVariants.Plain ? item.Logs.Predict(FamilyVariants.Plain, item.Unit.Repeat, token) : null;
            journal.Add(Outcome(item.Unit, log, item.Variant.Name, FamilyMetrics.Of(log, item.Logs.Predict(item.Variant, item.Unit.Repeat, token), plain)));
            Count();
        });
        foreach ((FamilyLogs logs, FamilyVariant[] variants) in slow)
        {
            FamilySpeed.Measure(logs, variants, plan.Rounds, (variant, figures) =>
            {
                journal.Add(Outcome(Unit(logs, SpeedRepeat, variant), logs.Log(1), variant.Name, figures));
                Count();
            }, token);
        }

        return (Merge(work, plan, journal), leftOut);
    }

    private static BenchUnit Unit(FamilyLogs logs, int repeat, FamilyVariant variant) => new(logs.Task.Data.Name, 1, repeat, variant.Name);

    private static bool Fits(FamilyLogs logs, FamilyVariant variant, List<FamilyLeftOut> leftOut)
    {
        try
        {
            foreach (FamilyNetwork network in logs.Networks(variant, 1))
            {
                network.CreateTrainer().Dispose();
            }

            return true;
        }
        catch (EsmmException fault) when (fault.Kind == EsmmErrorKind.Config && variant != FamilyVariants.Plain)
        {
            leftOut.Add(new FamilyLeftOut(logs.Task.Data.Name, variant.Name, fault.What));
            return false;
        }
    }

    private static BenchOutcome Outcome(BenchUnit unit, BenchLog log, string name, IReadOnlyDictionary<string, double> figures) =>
        new(unit, UnitRun.Facts(log), new Dictionary<string, IReadOnlyDictionary<string, double>> { [name] = figures });

    /// <summary>An outcome a repeat, in which every variant also has its speed.</summary>
    private static List<BenchOutcome> Merge(List<(FamilyLogs Logs, FamilyVariant[] Variants)> work, FamilyPlan plan, BenchJournal journal)
    {
        List<BenchOutcome> merged = [];
        foreach ((FamilyLogs logs, FamilyVariant[] variants) in work)
        {
            foreach (int repeat in Enumerable.Range(1, plan.Repeats))
            {
                Dictionary<string, IReadOnlyDictionary<string, double>> all = [];
                foreach (FamilyVariant variant in variants)
                {
                    IReadOnlyDictionary<string, double>? speed = journal.Find(Unit(logs, SpeedRepeat, variant))?.Methods[variant.Name];
                    all[variant.Name] = journal.Find(Unit(logs, repeat, variant))!.Methods[variant.Name].Concat(speed ?? new Dictionary<string, double>()).ToDictionary(f => f.Key, f => f.Value);
                }

                merged.Add(new BenchOutcome(new BenchUnit(logs.Task.Data.Name, 1, repeat), UnitRun.Facts(logs.Log(repeat)), all));
            }
        }

        return merged;
    }
}
