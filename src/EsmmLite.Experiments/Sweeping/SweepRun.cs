
namespace EsmmLite.Experiments.Sweeping;

/// <summary>A config in the order of a sweep.</summary>
/// <param name="Outcome">What its longest training reached.</param>
/// <param name="Rung">How many times it was kept.</param>
public sealed record SweepPlace(SweepOutcome Outcome, int Rung);

/// <summary>Runs trainings in parallel, each on one thread, so that no result depends on the threads; whatever the journal holds is not done again.</summary>
/// <param name="train">Does a training.</param>
/// <param name="journal">What is done.</param>
/// <param name="threads">Trainings at a time.</param>
public sealed class SweepRun(Func<SweepUnit, SweepOutcome> train, SweepJournal journal, int threads)
{
    /// <summary>Does trainings.</summary>
    /// <param name="units">The trainings.</param>
    /// <param name="done">Called after each.</param>
    /// <param name="token">Stops; the journal keeps what was done.</param>
    /// <returns>Their outcomes, in order.</returns>
    public IReadOnlyList<SweepOutcome> Each(IReadOnlyList<SweepUnit> units, Action? done = null, CancellationToken token = default)
    {
        ArgumentNullException.ThrowIfNull(units);
        SweepUnit[] open = [.. units.Where(unit => journal.Find(unit) is null)];
        for (int i = open.Length; i < units.Count; i++)
        {
            done?.Invoke();
        }

        ParallelUnits.Each(open, threads, token, unit =>
        {
            journal.Add(train(unit));
            done?.Invoke();
        });
        return [.. units.Select(unit => journal.Find(unit)!)];
    }

    /// <summary>
    /// Successive halving: all configs with few epochs, the best third of them with three times as many, and so on up to all epochs. Each
    /// training begins anew, so that the schedule of its learning rate is its own.
    /// </summary>
    /// <param name="configs">The configs.</param>
    /// <param name="rungs">Epochs of each rung, ascending: <see cref="Rungs"/>; one for a plain random search.</param>
    /// <param name="seed">Seed of every training.</param>
    /// <param name="score">What is to be largest; null, such as of a training that diverged, is worst.</param>
    /// <param name="done">Called after each training.</param>
    /// <param name="token">Stops it.</param>
    /// <returns>The configs, the best first: those that were trained longest, then by score.</returns>
    public IReadOnlyList<SweepPlace> Halve(IReadOnlyList<string> configs, IReadOnlyList<int> rungs, ulong seed, Func<SweepOutcome, double?> score, Action? done = null, CancellationToken token = default)
    {
        ArgumentNullException.ThrowIfNull(configs);
        ArgumentNullException.ThrowIfNull(rungs);
        List<SweepPlace> places = [];
        IReadOnlyList<string> left = configs;
        for (int rung = 0; rung < rungs.Count; rung++)
        {
            SweepPlace[] ranked = [.. Each([.. left.Select(config => new SweepUnit(config, rungs[rung], seed))], done, token)
                .OrderByDescending(outcome => score(outcome) ?? double.NegativeInfinity).Select(outcome => new SweepPlace(outcome, rung))];
            int kept = rung == rungs.Count - 1 ? 0 : Kept(ranked.Length);
            places.InsertRange(0, ranked[kept..]);
            left = [.. ranked[..kept].Select(place => place.Outcome.Unit.Config)];
        }

        return places;
    }

    /// <summary>A third of the configs, and at least one.</summary>
    public static int Kept(int configs) => (configs + 2) / 3;

    /// <summary>Epochs of the rungs: all of them in the last, a third in each one before, down to 1.</summary>
    /// <param name="epochs">All epochs.</param>
    public static IReadOnlyList<int> Rungs(int epochs)
    {
        List<int> rungs = [epochs];
        while (rungs[0] > 1)
        {
            rungs.Insert(0, (rungs[0] + 2) / 3);
        }

        return rungs;
    }
}
