using EsmmLite.Experiments.Sweeping;

namespace EsmmLite.Experiments.Tests.Sweeping;

public sealed class SweepJournalTests : IDisposable
{
    private static readonly SweepUnit First = new("training.learningRate=0.01\ntowers.ctr=[8]", 3, 1), Second = new("", 1, ulong.MaxValue);

    private readonly string _folder = Directory.CreateTempSubdirectory("esmm-sweep-").FullName;

    private string Place => Path.Combine(_folder, "sweep.journal");

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void WhatWasDoneIsFoundAgainToTheLastBit()
    {
        Write();
        SweepJournal again = Open();
        Assert.Equal((2, 2, 0), (again.Resumed, again.Done, again.Changed.Count));
        Assert.Equal(BitConverter.DoubleToInt64Bits(0.1 + 0.2), BitConverter.DoubleToInt64Bits(again.Find(First)!.Metrics["ctr.auc"]));
        Assert.Empty(again.Find(Second)!.Metrics); // diverged, and known to have
        Assert.Null(again.Find(First with { Epochs = 4 }));
        Assert.Null(again.Find(First with { Seed = 2 }));
    }

    [Fact]
    public void ALineThatWasCutOffIsLeftOutAndInNobodysWay()
    {
        Write();
        string text = File.ReadAllText(Place);
        File.WriteAllText(Place, text[..^9]);
        SweepJournal again = Open();
        Assert.Equal(1, again.Resumed);
        again.Add(new SweepOutcome(Second, new Dictionary<string, double>()));
        Assert.Equal(text, File.ReadAllText(Place));
        Assert.Equal(2, Open().Resumed);
    }

    [Fact]
    public void AnotherConfigBeginsAnewAndCostsNothing()
    {
        Write();
        string text = File.ReadAllText(Place);
        SweepJournal other = Open("another config");
        Assert.Equal(0, other.Resumed);
        Assert.Equal(["config"], other.Changed);
        Assert.Equal(text, File.ReadAllText(Place + WorkJournal.EarlierSuffix));
        Assert.Null(other.Find(First));
    }

    private SweepJournal Open(string config = "a config") => SweepJournal.Open(Place, new Dictionary<string, string> { ["config"] = config, ["data"] = "some data" });

    private void Write()
    {
        SweepJournal journal = Open();
        Assert.Equal(0, journal.Resumed);
        journal.Add(new SweepOutcome(First, new Dictionary<string, double> { ["ctr.auc"] = 0.1 + 0.2 }));
        journal.Add(new SweepOutcome(Second, new Dictionary<string, double>()));
    }
}
