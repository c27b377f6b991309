using EsmmLite.Experiments.Simulation;
using EsmmLite.Features;

namespace EsmmLite.Experiments.PaperBench;

/// <summary>A simulated log for the comparison: the first half in time trains (its last tenth says when to stop), the second half tests.</summary>
public static class SimulatedBenchLog
{
    private const int ValidationShare = 10;
    private const double Days = 30;

    private static readonly string[] RequestFields = ["user_id", "site", "device", "hour"];
    private static readonly string[] CandidateFields = ["item_id", "category"];

    /// <summary>Draws a log of a world of its own.</summary>
    /// <param name="options">The world; its seed is replaced.</param>
    /// <param name="rows">Impressions, both halves together.</param>
    /// <param name="dim">Length of embeddings.</param>
    /// <param name="seed">Seed of world and log.</param>
    public static BenchLog Draw(FunnelSimulatorOptions options, int rows, int dim, ulong seed) => Draw(options, rows, SchemaOf(dim), seed);

    /// <summary>Draws a log of a world of its own.</summary>
    /// <param name="options">The world; its seed is replaced.</param>
    /// <param name="rows">Impressions, both halves together.</param>
    /// <param name="schema">The fields, of columns that a simulated log has.</param>
    /// <param name="seed">Seed of world and log.</param>
    public static BenchLog Draw(FunnelSimulatorOptions options, int rows, Schema schema, ulong seed)
    {
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(schema);
        FunnelSimulator simulator = new(options with { Seed = seed, ImpressionsPerDay = rows / Days });
        int half = rows / 2, training = half - (half / ValidationShare);
        List<SimulatedImpression> drawn = new(rows);
        for (int i = 0; i < rows; i++)
        {
            SimulatedImpression x = new();
            simulator.Next(x);
            drawn.Add(x);
        }

        FeatureLearner learner = new(schema);
        foreach (SimulatedImpression x in drawn.Take(training))
        {
            for (int f = 0; f < schema.Fields.Count; f++)
            {
                learner.Observe(f, x.Text(schema.Fields[f].Column));
            }
        }

        FeatureSpace space = learner.Build();
        SimulatedImpression[] test = [.. drawn.Skip(half)];
        return new BenchLog(space, Encode(space, [.. drawn.Take(training)]), Encode(space, [.. drawn.Skip(training).Take(half - training)]), Encode(space, test))
        {
            TruePCtr = [.. test.Select(x => x.TruePCtr)],
            TruePCvr = [.. test.Select(x => x.TruePCvr)],
            TruePCvrIfClicked = [.. test.Select(x => x.TruePCvrIfClicked)],
        };
    }

    /// <summary>The fields of a simulated log, all with embeddings of one length but the price.</summary>
    public static Schema SchemaOf(int dim) => new()
    {
        Fields =
        [
            .. RequestFields.Select(name => (Field)new VocabularyField { Name = name, Dim = dim, MinCount = 2, Side = Side.Request }),
            .. CandidateFields.Select(name => (Field)new VocabularyField { Name = name, Dim = dim, MinCount = 2 }),
            new NumericField { Name = "price", Log = true },
        ],
        Labels = [new LabelStage { Name = "click" }, new LabelStage { Name = "conversion" }],
    };

    private static BenchRows Encode(FeatureSpace space, SimulatedImpression[] impressions)
    {
        ImpressionBatch batch = space.CreateBatch(Math.Max(1, impressions.Length));
        batch.Count = impressions.Length;
        for (int r = 0; r < impressions.Length; r++)
        {
            for (int f = 0; f < space.Schema.Fields.Count; f++)
            {
                space.Encode(f, impressions[r].Text(space.Schema.Fields[f].Column), batch, r);
            }

            if (space.Schema.Time is not null)
            {
                batch.Times[r] = impressions[r].Time.Ticks;
            }

            batch.Labels(0)[r] = impressions[r].Click ? (byte)1 : (byte)0;
            batch.Labels(1)[r] = impressions[r].Conversion ? (byte)1 : (byte)0;
        }

        return BenchRows.Of(space, batch);
    }
}
