using EsmmLite.Experiments.Simulation;

namespace EsmmLite.Experiments.Tests.Simulation;

/// <summary>The memory of the whole process is looked at, so no other test may run beside this one.</summary>
[CollectionDefinition("Alone", DisableParallelization = true)]
public sealed class Alone;

/// <summary>A log of any length is written in the same memory.</summary>
[Collection("Alone")]
public sealed class SimulatedLogMemoryTests(ITestOutputHelper output)
{
    [Fact]
    public void MemoryDoesNotGrowWithTheLog()
    {
        SimulatedLogWriter writer = new(new FunnelSimulator(new FunnelSimulatorOptions { HiddenConfounding = 1, ImpressionsPerDay = 10_000, DelayHours = 5 }));
        using StreamWriter nowhere = new(Stream.Null);
        CancellationToken token = TestContext.Current.CancellationToken;
        long Live(long rows)
        {
            HeapReading reading = new();
            writer.Write(rows, nowhere, nowhere, reading, token);
            return reading.Live;
        }

        Live(8_192);
        long few = Live(8_192), many = Live(163_840);
        output.WriteLine(FormattableString.Invariant($"{few} bytes live after 8,192 impressions, {many} after 163,840"));

        // The sets of users and items that were seen hold 3,000 names at most; a log in memory would take 100 bytes an impression.
        Assert.InRange(many - few, long.MinValue, 1 << 20);
    }

    private sealed class HeapReading : IProgress<long>
    {
        public long Live { get; private set; }

        public void Report(long value) => Live = value % 8_192 == 0 ? GC.GetTotalMemory(forceFullCollection: true) : Live;
    }
}
