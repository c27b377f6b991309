using EsmmLite.Experiments.Simulation;
using EsmmLite.Features;

namespace EsmmLite.Experiments.Tests.Learning;

/// <summary>Encoded impressions of a simulator in memory, with the truth beside them.</summary>
internal sealed class SimulatedLog
{
    private SimulatedLog(ImpressionBatch rows, double[] truePCvr, int[] cells)
    {
        Rows = rows;
        TruePCvr = truePCvr;
        Cells = cells;
    }

    /// <summary>All impressions as one batch.</summary>
    public ImpressionBatch Rows { get; }

    /// <summary>P(z = 1 | y = 1, x) of every impression, which no model sees.</summary>
    public double[] TruePCvr { get; }

    /// <summary>The first id slot of every impression.</summary>
    public int[] Cells { get; }

    /// <summary>Number of impressions whose label is 1 at a stage.</summary>
    public int Reached(int stage) => Rows.Labels(stage)[..Rows.Count].Count((byte)1);

    public static List<SimulatedImpression> Draw(FunnelSimulator simulator, int count)
    {
        List<SimulatedImpression> impressions = new(count);
        for (int i = 0; i < count; i++)
        {
            SimulatedImpression x = new();
            simulator.Next(x);
            impressions.Add(x);
        }

        return impressions;
    }

    public static FeatureSpace Learn(Schema schema, IReadOnlyList<SimulatedImpression> impressions)
    {
        FeatureLearner learner = new(schema);
        foreach (SimulatedImpression x in impressions)
        {
            for (int f = 0; f < schema.Fields.Count; f++)
            {
                learner.Observe(f, Text(x, schema.Fields[f].Name));
            }
        }

        return learner.Build();
    }

    public static SimulatedLog Encode(FeatureSpace space, IReadOnlyList<SimulatedImpression> impressions)
    {
        ImpressionBatch rows = space.CreateBatch(impressions.Count);
        rows.Count = impressions.Count;
        double[] truth = new double[impressions.Count];
        for (int r = 0; r < impressions.Count; r++)
        {
            SimulatedImpression x = impressions[r];
            for (int f = 0; f < space.Schema.Fields.Count; f++)
            {
                space.Encode(f, Text(x, space.Schema.Fields[f].Name), rows, r);
            }

            rows.Labels(0)[r] = x.Click ? (byte)1 : (byte)0;
            rows.Labels(1)[r] = x.Conversion ? (byte)1 : (byte)0;
            truth[r] = x.TruePCvr;
        }

        return new SimulatedLog(rows, truth, rows.Ids(0).ToArray());
    }

    private static string Text(SimulatedImpression x, string field) => field == "cell" ? x.UserId + "|" + x.ItemId : x.Text(field);
}
