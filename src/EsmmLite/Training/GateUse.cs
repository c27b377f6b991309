using EsmmLite.Features;
using EsmmLite.Layers;
using EsmmLite.Model;

namespace EsmmLite.Training;

/// <summary>How much one gate makes of each of its experts: its mean shares.</summary>
/// <param name="Gate">The tower, or the level, whose mixture it is.</param>
/// <param name="Shares">One an expert, adding up to 1. [experts]</param>
public sealed record GateShares(string Gate, IReadOnlyList<double> Shares)
{
    /// <summary>Below this share an expert counts as dead: the gate does without it.</summary>
    public const double Dead = 0.01;
}

/// <summary>Measures which experts of MMoE and PLE are used.</summary>
public static class GateUse
{
    private const int BatchRows = 1024;

    /// <summary>Mean shares of every gate over impressions; none for a model without gates.</summary>
    /// <param name="model">The model.</param>
    /// <param name="source">Impressions, read from the start of an epoch.</param>
    /// <param name="most">How many of them to look at.</param>
    public static IReadOnlyList<GateShares> Measure(EsmmModel model, IImpressionSource source, int most = 65536)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(source);
        Block[] gates = model.Towers is LayeredTowers towers ? [.. towers.Blocks.Where(b => b is SoftmaxBlock && !b.TrainingOnly)] : [];
        if (gates.Length == 0)
        {
            return [];
        }

        ForwardPass pass = new(model);
        LayeredWorkspace workspace = (LayeredWorkspace)pass.Workspace;
        ImpressionBatch batch = model.Space.CreateBatch(BatchRows);
        double[][] sums = [.. gates.Select(g => new double[g.Width])];
        long seen = 0;
        source.StartEpoch(0);
        while (seen < most && source.Fill(batch))
        {
            BatchCheck.Require(model.Space, batch, labels: false);
            for (int first = 0; first < batch.Count; first += pass.ChunkRows)
            {
                int rows = Math.Min(pass.ChunkRows, batch.Count - first);
                pass.Run(batch, first, rows);
                for (int g = 0; g < gates.Length; g++)
                {
                    Add(workspace.Values(gates[g]), gates[g], rows, sums[g]);
                }
            }

            seen += batch.Count;
        }

        return [.. gates.Select((g, i) => new GateShares(g.Name[..^Experts.GateSuffix.Length], [.. sums[i].Select(s => s / Math.Max(1, seen))]))];
    }

    private static void Add(ReadOnlySpan<float> values, Block gate, int rows, double[] sums)
    {
        for (int r = 0; r < rows; r++)
        {
            for (int e = 0; e < sums.Length; e++)
            {
                sums[e] += values[(r * gate.Stride) + e];
            }
        }
    }
}
