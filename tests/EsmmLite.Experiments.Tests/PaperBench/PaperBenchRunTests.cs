using System.Text.Json;
using EsmmLite.Experiments.PaperBench;
using EsmmLite.Experiments.Simulation;
using EsmmLite.Experiments.Tests.Reports;
using EsmmLite.Features;

namespace EsmmLite.Experiments.Tests.PaperBench;

public class PaperBenchRunTests
{
    private static readonly BenchSettings Tiny = new() { Dim = 4, Layers = [8], Epochs = 2, Patience = 1, ClickedEpochs = 3, ClickedPatience = 1, LeastSteps = 1, LeastPatience = 1 };

    private static readonly SimulationRegime World = new("world", new FunnelSimulatorOptions { Users = 100, Items = 50, TargetCtr = 0.3, TargetCvr = 0.4 }, "a small world");

    [Fact]
    public void ResultsDependOnNeitherThreadsNorInterruptions()
    {
        string folder = Directory.CreateTempSubdirectory("esmm-bench-").FullName;
        try
        {
            SimulatedBenchData data = new(World, 3_000, Tiny);
            BenchPlan plan = new(BenchMethod.All, [0.5, 1], 3, ChooseVariants: true);
            CancellationToken token = TestContext.Current.CancellationToken;
            string whole = Text(PaperBenchRun.Run([data], plan, Tiny, BenchJournal.InMemory(), 1, token: token));
            Assert.Equal(whole, Text(PaperBenchRun.Run([data], plan, Tiny, BenchJournal.InMemory(), 3, token: token)));

            // Interrupted after some units, then with half a line at the end of the journal.
            string path = Path.Combine(folder, "journal");
            using CancellationTokenSource stop = CancellationTokenSource.CreateLinkedTokenSource(token);
            Assert.ThrowsAny<OperationCanceledException>(() => PaperBenchRun.Run([data], plan, Tiny, BenchJournal.Open(path, Of("a")), 1, new StopAt(0.6, stop), stop.Token));
            File.AppendAllText(path, "{\"outcome\":{\"unit\":{\"data\"");
            BenchJournal resumed = BenchJournal.Open(path, Of("a"));
            Assert.InRange(resumed.Resumed, 1, 5);
            Assert.Equal(whole, Text(PaperBenchRun.Run([data], plan, Tiny, resumed, 2, token: token)));
            Assert.Equal(6, BenchJournal.Open(path, Of("a")).Resumed);
            Assert.Equal(0, BenchJournal.Open(path, Of("another comparison")).Resumed);
            Assert.Equal(6, BenchJournal.Open(path + BenchJournal.EarlierSuffix, Of("a")).Resumed);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    [Fact]
    public void TheSummaryCallsOnlySupportedDifferences()
    {
        SimulatedBenchData data = new(World, 3_000, Tiny);
        IReadOnlyList<BenchOutcome> outcomes = PaperBenchRun.Run([data], new BenchPlan(BenchMethod.All, [1], 3, false), Tiny, BenchJournal.InMemory(), 2, token: TestContext.Current.CancellationToken);
        BenchSummary summary = Assert.Single(BenchSummary.Of([data], outcomes));
        Assert.Equal(BenchMethod.All, summary.Methods);
        string markdown = BenchText.Markdown([summary]), html = BenchFiles.Html([summary]);
        using JsonDocument json = JsonDocument.Parse(BenchFiles.Json(Tiny, [summary], outcomes));
        Assert.Equal(7, json.RootElement.GetProperty("summary")[0].GetProperty("methods").GetArrayLength());
        foreach (BenchMethod method in BenchMethod.All)
        {
            Assert.Contains(method.Name, markdown, StringComparison.Ordinal);
            Assert.Contains(method.Name, html, StringComparison.Ordinal);
            if (method != BenchMethod.Base && summary.Difference(method, BenchMethod.Base, BenchMetrics.CvrAuc) is { } difference)
            {
                Assert.Equal(difference.IsSupported, BenchVerdict.Of(summary).Any(line => line.StartsWith(method.Name + " ranks", StringComparison.Ordinal)));
                Assert.Equal(!difference.IsSupported, BenchText.Of(difference).StartsWith('('));
            }
        }

        // On the same impressions again and again, repeats alone prove nothing.
        BenchSummary same = new(new FixedBenchData("world", "", data.Open(1)), 1, outcomes);
        Assert.Null(same.Difference(BenchMethod.Esmm, BenchMethod.Base, BenchMetrics.CtcvrAuc)!.Value.HalfInterval);
        Assert.True(same.Difference(BenchMethod.Esmm, BenchMethod.Base, BenchMetrics.CvrAuc)!.Value.HalfInterval > summary.Difference(BenchMethod.Esmm, BenchMethod.Base, BenchMetrics.CvrAuc)!.Value.HalfInterval);
    }

    [Fact]
    public void WithoutSharingEveryTableIsThereTwiceAndReadByOneTower()
    {
        BenchLog log = new SimulatedBenchData(World, 2_000, Tiny).Open(1);
        PrivateTables tables = PrivateTables.Of(log.Space);
        Assert.Equal(2 * log.Space.IdSlots, tables.Space.IdSlots);
        Assert.Equal(log.Space.NumberSlots, tables.Space.NumberSlots);
        ImpressionBatch narrow = All(log.Test), wide = All(tables.Widen(log.Test));
        for (int f = 0; f < log.Space.Encoders.Count; f++)
        {
            Field field = log.Space.Encoders[f].Field;
            Field[] copies = [.. tables.Space.Schema.Fields.Where(c => c.Column == field.Column)];
            Assert.Equal(log.Space.Encoders[f].Dim > 0 ? ["ctr", "cvr"] : [], copies.SelectMany(c => c.Tasks ?? []));
            foreach (Field copy in copies.Where(_ => log.Space.Encoders[f].Dim > 0))
            {
                int slot = tables.Space.SlotOf(tables.Space.FieldIndex(copy.Name));
                Assert.Equal(narrow.Ids(log.Space.SlotOf(f)).ToArray(), wide.Ids(slot).ToArray());
                Assert.Equal(log.Space.Encoders[f].Rows, tables.Space.Encoders[tables.Space.FieldIndex(copy.Name)].Rows);
            }
        }

        Assert.Equal(narrow.Labels(1).ToArray(), wide.Labels(1).ToArray());
        Assert.Equal(narrow.Numbers(0).ToArray(), wide.Numbers(0).ToArray());
    }

    [Fact]
    public void ASampleForgetsValuesThatBecameTooRare()
    {
        BenchLog log = new SimulatedBenchData(World, 4_000, Tiny).Open(1), some = log.Sample(0.1, 7);
        Assert.InRange(some.Training.Count, 120, 240);
        Assert.Equal(log.Test.Count, some.Test.Count);
        int slot = log.Space.SlotOf(log.Space.FieldIndex("item_id"));
        Dictionary<int, int> count = All(some.Training).Ids(slot).ToArray().GroupBy(id => id).ToDictionary(g => g.Key, g => g.Count());
        int[] test = All(some.Test).Ids(slot).ToArray();
        Assert.All(count.Where(pair => pair.Key != 0), pair => Assert.True(pair.Value >= 2));
        Assert.All(test, id => Assert.True(id == 0 || count.ContainsKey(id)));
        Assert.True(test.Count(id => id == 0) > All(log.Test).Ids(slot).ToArray().Count(id => id == 0));
        Assert.Same(log, log.Sample(1, 7));
    }

    [Theory]
    [InlineData(1280, false)]
    [InlineData(420, true)]
    public void APageOfSeveralRatesIsLegibleWideAndNarrow(int width, bool dark)
    {
        if (HeadlessBrowser.Path is null)
        {
            Assert.Skip("no browser is installed (chromium)");
        }

        SimulatedBenchData data = new(World, 2_000, Tiny);
        FixedBenchData alone = new("one log", "tested on a holdout", data.Open(1));
        IReadOnlyList<BenchOutcome> outcomes = PaperBenchRun.Run([data, alone], new BenchPlan(BenchMethod.All, [0.3, 1], 2, false), Tiny, BenchJournal.InMemory(), 2, token: TestContext.Current.CancellationToken);
        Assert.Empty(HeadlessBrowser.Measure(BenchFiles.Html(BenchSummary.Of([data, alone], outcomes)), width, dark).Faults);
    }

    [Theory]
    [InlineData("data", "\"data\":\"d\"", "\"data\":\"e\"")]
    [InlineData("settings", "\"settings\":\"s\"", "\"settings\":\"t\"")]
    [InlineData(BenchJournal.Program, "EsmmLite 0", "EsmmLite 9")]
    [InlineData("methods", "\"data\":", "\"methods\":\"x\",\"data\":")]
    [InlineData(BenchJournal.Program, "{", "")]
    public void AJournalOfOtherDataSettingsOrProgramIsBegunAnewByName(string part, string of, string another)
    {
        string folder = Directory.CreateTempSubdirectory("esmm-bench-").FullName;
        try
        {
            string path = Path.Combine(folder, "journal");
            Dictionary<string, string> identity = new() { ["data"] = "d", ["settings"] = "s" };
            BenchJournal journal = BenchJournal.Open(path, identity);
            journal.Add(new BenchOutcome(new BenchUnit("d", 1, 1), new Dictionary<string, double>(), new Dictionary<string, IReadOnlyDictionary<string, double>>()));
            Assert.Equal((0, 1, 0), (journal.Resumed, journal.Done, journal.Changed.Count));
            journal = BenchJournal.Open(path, identity);
            Assert.Equal((1, 1, 0), (journal.Resumed, journal.Done, journal.Changed.Count));

            string[] lines = File.ReadAllLines(path);
            Assert.Contains(of, lines[0], StringComparison.Ordinal);
            int at = lines[0].IndexOf(of, StringComparison.Ordinal);
            lines[0] = lines[0][..at] + another + lines[0][(at + of.Length)..];
            File.WriteAllLines(path, lines);
            journal = BenchJournal.Open(path, identity);
            Assert.Equal((0, 0), (journal.Resumed, journal.Done));
            Assert.Equal([part], journal.Changed);
            Assert.Equal(lines, File.ReadAllLines(path + BenchJournal.EarlierSuffix));
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    [Fact]
    public void ASampleForgetsEveryValueOfAListAndOfFieldsThatShareATable()
    {
        Schema schema = new()
        {
            Fields =
            [
                new VocabularyField { Name = "tags", Dim = 2, List = new ListOptions { MaxValues = 3 } },
                new VocabularyField { Name = "tag", Dim = 2, Shares = "tags" },
                new HashedField { Name = "admitted", Dim = 2, Buckets = 50, MinCount = 2 },
            ],
            Labels = [new LabelStage { Name = "click" }, new LabelStage { Name = "conversion" }],
        };
        FeatureLearner learner = new(schema);
        string[][] rows = [.. Enumerable.Range(0, 400).Select(r => (string[])[$"a{r % 2}|b{r / 2}|c{r % 5}", $"b{(r + 200) / 2}", $"h{r / 2}"])];
        foreach (string[] row in rows)
        {
            for (int f = 0; f < row.Length; f++)
            {
                learner.Observe(f, row[f]);
            }
        }

        FeatureSpace space = learner.Build();
        ImpressionBatch Encode(string[][] some)
        {
            ImpressionBatch batch = space.CreateBatch(some.Length);
            batch.Count = some.Length;
            for (int r = 0; r < some.Length; r++)
            {
                for (int f = 0; f < 3; f++)
                {
                    space.Encode(f, some[r][f], batch, r);
                }
            }

            return batch;
        }

        BenchLog log = new(space, BenchRows.Of(space, Encode(rows)), BenchRows.Of(space, Encode(rows[..20])), BenchRows.Of(space, Encode(rows))), part = log.Sample(0.2, 3);
        int[] slots = [space.SlotOf(0), space.SlotOf(0) + 1, space.SlotOf(0) + 2, space.SlotOf(1)];
        int[] Ids(BenchRows some, params int[] of) => [.. of.SelectMany(slot => All(some).Ids(slot).ToArray())];
        Assert.DoesNotContain(0, Ids(log.Test, slots[..3]));

        // Frequent values stay wherever they stand in the list; of the others only those that are left in some list, or in the field that shares the table.
        HashSet<int> left = [.. Ids(part.Training, slots)];
        Assert.All(Ids(part.Test, slots), id => Assert.Contains(id, left.Append(0)));
        Assert.DoesNotContain(0, Ids(part.Test, slots[0]));
        Assert.Contains(0, Ids(part.Test, slots[1]));
        Assert.DoesNotContain(0, Ids(part.Test, slots[2]));
        Assert.Contains(0, Ids(part.Test, slots[3]));

        // Rows of the vocabulary's second occurrence are gone: those that are left once among the sampled rows were admitted with two.
        int admitted = space.SlotOf(2);
        Dictionary<int, int> count = Ids(part.Training, admitted).GroupBy(id => id).ToDictionary(g => g.Key, g => g.Count());
        Assert.Contains(count, pair => pair.Key > 0);
        Assert.All(count.Where(pair => pair.Key != 0), pair => Assert.True(pair.Value >= 2));
    }

    [Theory]
    [InlineData(false, 135_000, 12, 2)] // 528 steps an epoch: the usual limits
    [InlineData(true, 5_401, 60, 5)]
    [InlineData(false, 1_350, 200, 17)] // 6 steps an epoch
    [InlineData(true, 54, 1_200, 100)]
    [InlineData(true, 0, 1_200, 100)]
    public void EveryNetworkMayTakeSomeStepsHoweverFewImpressionsItSees(bool clickedOnly, long rows, int epochs, int patience) =>
        Assert.Equal((epochs, patience), new BenchSettings().Limits(clickedOnly, rows));

    [Fact]
    public void TheDigestOfALogTellsEveryChangeOfIt()
    {
        BenchLog log = new SimulatedBenchData(World, 1_000, Tiny).Open(1);
        List<string> digests = [log.Digest(), new SimulatedBenchData(World, 1_000, Tiny).Open(2).Digest(), (log with { Test = log.Validation }).Digest()];
        Assert.Equal(digests[0], new SimulatedBenchData(World, 1_000, Tiny).Open(1).Digest());
        foreach (Action<ImpressionBatch> change in (Action<ImpressionBatch>[])[b => b.Labels(0)[0] ^= 1, b => b.Numbers(0)[3] += 1, b => b.Ids(1)[2]++])
        {
            ImpressionBatch changed = All(log.Validation);
            change(changed);
            digests.Add((log with { Validation = BenchRows.Of(log.Space, changed) }).Digest());
        }

        Assert.Distinct(digests);
    }

    private static ImpressionBatch All(BenchRows rows)
    {
        ImpressionBatch batch = rows.Space.CreateBatch(rows.Count);
        rows.Gather([.. Enumerable.Range(0, rows.Count)], batch);
        return batch;
    }

    private static Dictionary<string, string> Of(string data) => new() { ["data"] = data };

    private static string Text(IReadOnlyList<BenchOutcome> outcomes) => JsonSerializer.Serialize(outcomes);

    private sealed class StopAt(double share, CancellationTokenSource source) : IProgress<double>
    {
        public void Report(double value)
        {
            if (value >= share)
            {
                source.Cancel();
            }
        }
    }
}
