using System.Collections.Concurrent;
using EsmmLite.Experiments.Sweeping;

namespace EsmmLite.Experiments.Tests.Sweeping;

/// <summary>Which trainings a sweep does and in which order its configs come out; a training here is a number that its config names.</summary>
public class SweepRunTests
{
    [Theory]
    [InlineData(1, new[] { 1 })]
    [InlineData(2, new[] { 1, 2 })]
    [InlineData(5, new[] { 1, 2, 5 })]
    [InlineData(27, new[] { 1, 3, 9, 27 })]
    [InlineData(28, new[] { 1, 2, 4, 10, 28 })]
    public void RungsGrowAboutThreefoldUpToAllEpochs(int epochs, int[] rungs) => Assert.Equal(rungs, SweepRun.Rungs(epochs));

    [Fact]
    public void AThirdIsKeptAndAtLeastOne() => Assert.Equal([1, 1, 1, 2, 3, 4], new[] { 1, 2, 3, 4, 9, 10 }.Select(SweepRun.Kept));

    [Fact]
    public void TheBestThirdOfEachRungTrainsLonger()
    {
        // With 1 epoch a config reaches what its name says; b is the one that more epochs spoil, and e, which would be best in the end, is lost at the first rung.
        Dictionary<string, double[]> reached = new()
        {
            ["a"] = [0.9, 0.9, 0.9], ["b"] = [0.8, 0.1, 0.1], ["c"] = [0.7, 0.95, 0.6], ["d"] = [0.6, 0.6, 0.6], ["e"] = [0.5, 0.99, 0.99], ["f"] = [0.4, 0, 0], ["g"] = [0.3, 0, 0],
        };
        ConcurrentBag<SweepUnit> trained = [];
        IReadOnlyList<SweepPlace> Halve(int threads)
        {
            trained.Clear();
            SweepRun run = new(
                unit =>
                {
                    trained.Add(unit);
                    return Outcome(unit, reached[unit.Config][unit.Epochs == 1 ? 0 : unit.Epochs == 2 ? 1 : 2]);
                },
                SweepJournal.InMemory(),
                threads);
            return run.Halve([.. reached.Keys.Reverse()], SweepRun.Rungs(5), 7, outcome => outcome.Metrics["m"], token: TestContext.Current.CancellationToken);
        }

        IReadOnlyList<SweepPlace> places = Halve(1);
        Assert.Equal(7 + 3 + 1, trained.Count);
        Assert.All(trained, unit => Assert.Equal(7UL, unit.Seed));
        Assert.Equal(["a", "b", "c"], trained.Where(unit => unit.Epochs == 2).Select(unit => unit.Config).Order());

        // At the second rung c is ahead, so it alone trains to the end, and ends first although a reached more before.
        Assert.Equal(["c", "a", "b", "d", "e", "f", "g"], places.Select(place => place.Outcome.Unit.Config));
        Assert.Equal([2, 1, 1, 0, 0, 0, 0], places.Select(place => place.Rung));
        Assert.Equal([5, 2, 2, 1, 1, 1, 1], places.Select(place => place.Outcome.Unit.Epochs));
        Assert.Equal(places.Select(place => (place.Outcome.Unit, place.Rung)), Halve(3).Select(place => (place.Outcome.Unit, place.Rung)));
    }

    [Fact]
    public void WhatDivergedIsWorst()
    {
        SweepRun run = new(unit => unit.Config == "diverged" ? new SweepOutcome(unit, new Dictionary<string, double>()) : Outcome(unit, -1e300), SweepJournal.InMemory(), 1);
        IReadOnlyList<SweepPlace> places = run.Halve(["diverged", "bad"], [1], 1, outcome => outcome.Metrics.TryGetValue("m", out double value) ? value : null, token: TestContext.Current.CancellationToken);
        Assert.Equal(["bad", "diverged"], places.Select(place => place.Outcome.Unit.Config));
    }

    [Fact]
    public void WhatIsInTheJournalIsNotTrainedAgain()
    {
        SweepJournal journal = SweepJournal.InMemory();
        SweepUnit[] units = [.. Enumerable.Range(0, 6).Select(i => new SweepUnit("c" + i, 1, 1))];
        journal.Add(Outcome(units[4], 44));
        int trained = 0, done = 0;
        SweepRun run = new(
            unit =>
            {
                Interlocked.Increment(ref trained);
                return Outcome(unit, unit.Config[1] - '0');
            },
            journal,
            2);
        IReadOnlyList<SweepOutcome> outcomes = run.Each(units, () => Interlocked.Increment(ref done), TestContext.Current.CancellationToken);
        Assert.Equal((5, 6), (trained, done));
        Assert.Equal([0, 1, 2, 3, 44, 5], outcomes.Select(outcome => outcome.Metrics["m"]));
    }

    [Fact]
    public void AFaultComesOutAsItWasAndWhatWasDoneIsKept()
    {
        SweepJournal journal = SweepJournal.InMemory();
        SweepUnit[] units = [new("good", 1, 1), new("bad", 1, 1)];
        SweepRun run = new(unit => unit.Config == "bad" ? throw new EsmmException(EsmmErrorKind.Data, "a fault of its own") : Outcome(unit, 1), journal, 1);
        Assert.Equal("a fault of its own", Assert.Throws<EsmmException>(() => run.Each(units, token: TestContext.Current.CancellationToken)).What);
        Assert.NotNull(journal.Find(units[0]));
        Assert.Null(journal.Find(units[1]));
    }

    private static SweepOutcome Outcome(SweepUnit unit, double value) => new(unit, new Dictionary<string, double> { ["m"] = value });
}
