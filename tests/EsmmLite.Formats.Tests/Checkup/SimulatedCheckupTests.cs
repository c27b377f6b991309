using EsmmLite.Experiments.Simulation;
using EsmmLite.Formats.Checkup;
using EsmmLite.Formats.Delimited;
using EsmmLite.Training;

namespace EsmmLite.Formats.Tests.Checkup;

/// <summary>Logs of which it is known that nothing changed, and what was changed: row by row, and with requests whose rows repeat their fields.</summary>
public sealed class SimulatedCheckupTests : IDisposable
{
    private const int Rows = 15_000, LaterRows = 5_000, RowsOfRequest = 20;

    private static readonly string[] OfTheRequest = ["time", "user_id", "site", "device", "hour"];

    private readonly TestFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData(1, false, true)]
    [InlineData(2, true, true)]
    [InlineData(3, true, false)]
    [InlineData(4, true, false)]
    public void SoundLaterRowsPassAndPlantedFailuresAreFound(ulong seed, bool grouped, bool hasSides)
    {
        using CheckupCase one = Simulate(seed, grouped, hasSides);
        one.AssertSound();

        // Few rows are few observations, and no reason to cry.
        one.AssertSound(most: 400);
        foreach (string field in (string[])["user_id", "site", "item_id", "price"])
        {
            one.AssertFound(field);
        }
    }

    [Fact]
    public void ObservationsAreRequestsWithoutBeingTold()
    {
        using CheckupCase single = Simulate(5, grouped: false, hasSides: false), grouped = Simulate(5, grouped: true, hasSides: false);
        CheckupReport rows = single.Check(), requests = grouped.Check();
        foreach (string name in (string[])["user_id", "site", "device"])
        {
            Assert.InRange(Field(rows, name).RowsAlike, 1, 1.6);
            Assert.InRange(Field(requests, name).RowsAlike, RowsOfRequest * 0.7, RowsOfRequest * 1.7);
        }

        Assert.All((string[])["item_id", "category", "price"], name => Assert.InRange(Field(requests, name).RowsAlike, 1, 1.6));

        // A field that became constant has one run, and still counts every row.
        Assert.Equal(1, Field(grouped.Check("site", _ => "site3"), "site").RowsAlike);
    }

    private static CheckedField Field(CheckupReport report, string name) => report.Fields.Single(field => field.Field.Name == name);

    private CheckupCase Simulate(ulong seed, bool grouped, bool hasSides)
    {
        var options = new FunnelSimulatorOptions { Seed = seed, ImpressionsPerDay = 5_000, TargetCtr = 0.1, Users = 1_500, Items = 800 };
        var writer = new SimulatedLogWriter(new FunnelSimulator(options));
        using var text = new StringWriter { NewLine = "\n" };
        writer.Write(Rows, text, TextWriter.Null, token: TestContext.Current.CancellationToken);
        string[][] lines = [.. text.ToString().Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => line.Split(','))];
        int[] repeated = [.. OfTheRequest.Select(name => Array.IndexOf(lines[0], name))];
        for (int row = 1; row < lines.Length && grouped; row++)
        {
            foreach (int column in repeated)
            {
                lines[row][column] = lines[row - ((row - 1) % RowsOfRequest)][column];
            }
        }

        string[] all = [.. lines.Select(line => string.Join(',', line))];
        string training = _folder.Write($"training{seed}{grouped}.csv", string.Join('\n', all[..^LaterRows])), later = _folder.Write($"later{seed}{grouped}.csv", string.Join('\n', [all[0], .. all[^LaterRows..]]));
        string config = SimulationConfig.Write(options);
        if (!hasSides)
        {
            config = config.Replace(", \"side\": \"request\"", "", StringComparison.Ordinal);
        }

        using var log = new DelimitedLog([training]);
        return new CheckupCase(log, later, EsmmConfig.Parse(config, "simulated"));
    }
}
