using EsmmLite.Features;
using EsmmLite.Layers;

namespace EsmmLite.Training;

/// <summary>Proves an objective by central differences: its slopes must be the derivatives of its losses.</summary>
public static class GradientCheck
{
    private const double H = 1.0 / 64;

    /// <summary>
    /// Compares the slopes of an objective with differences of its losses at random logits and labels.
    /// </summary>
    /// <param name="objective">The objective.</param>
    /// <param name="lossWeights">Weight of each loss in the total that its slopes are of.</param>
    /// <param name="tasks">Number of logits a row.</param>
    /// <param name="stages">Number of label stages; stage s is 1 only where the stages before it are.</param>
    /// <param name="sampling">Row weights; every row counts 1 unless given.</param>
    /// <param name="rows">Rows to try.</param>
    /// <param name="seed">Seed of logits and labels.</param>
    /// <returns>The largest difference between a slope and its finite difference, times the number of rows.</returns>
    public static double WorstSlope(Objective objective, IReadOnlyList<double> lossWeights, int tasks = 2, int stages = 2, RowSampling? sampling = null, int rows = 512, ulong seed = 1)
    {
        ArgumentNullException.ThrowIfNull(objective);
        ArgumentNullException.ThrowIfNull(lossWeights);
        LogitWorkspace workspace = new(tasks, rows);
        ImpressionBatch batch = new(0, 0, stages, rows) { Count = rows };
        Kernels.SplitMix random = new(seed);
        for (int r = 0; r < rows; r++)
        {
            for (int t = 0; t < tasks; t++)
            {
                workspace.Logits(t)[r] = (float)((16 * random.NextDouble()) - 8);
            }

            bool reached = true;
            for (int s = 0; s < stages; s++)
            {
                reached &= random.NextDouble() < 0.5;
                batch.Labels(s)[r] = reached ? (byte)1 : (byte)0;
            }
        }

        ObjectiveMemory memory = new(objective.Losses.Count, rows, workspace, objective.SeesWholeBatch);
        memory.Begin(batch, sampling ?? new EntireSpace());
        ObjectiveRows all = new(memory, 0, rows);
        objective.BeginBatch(all); // once: what it finds is a constant of the batch, whose own derivative is not wanted
        objective.Slopes(all);
        float[][] slopes = [.. Enumerable.Range(0, tasks).Select(t => workspace.DLogits(t).ToArray())];
        double worst = 0;
        for (int t = 0; t < tasks; t++)
        {
            float[] saved = workspace.Logits(t).ToArray();
            double[] difference = new double[rows];

            // Five points: the error of the difference is of the fourth order in h, far below float.
            foreach ((int at, double factor) in (ReadOnlySpan<(int, double)>)[(-2, 1.0 / 12), (-1, -8.0 / 12), (1, 8.0 / 12), (2, -1.0 / 12)])
            {
                for (int r = 0; r < rows; r++)
                {
                    workspace.Logits(t)[r] = saved[r] + (float)(at * H);
                }

                objective.Slopes(all);
                for (int r = 0; r < rows; r++)
                {
                    // The logit moved by what float made of it; the step is a power of two, so that is nearly exact.
                    difference[r] += factor / H * TotalOf(memory, lossWeights, r);
                }
            }

            saved.CopyTo(workspace.Logits(t));
            for (int r = 0; r < rows; r++)
            {
                worst = Math.Max(worst, Math.Abs(difference[r] - slopes[t][r]) * rows);
            }
        }

        return worst;
    }

    private static double TotalOf(ObjectiveMemory memory, IReadOnlyList<double> lossWeights, int row)
    {
        double total = 0;
        for (int l = 0; l < lossWeights.Count; l++)
        {
            total += memory.Kept[l] == 0 ? 0 : lossWeights[l] * memory.Weights(l)[row] * memory.Losses(l)[row] / memory.Kept[l];
        }

        return total;
    }

    private sealed class LogitWorkspace(int tasks, int rows) : TowerWorkspace
    {
        private readonly float[] _logits = new float[tasks * rows];
        private readonly float[] _dLogits = new float[tasks * rows];

        public override Span<float> Logits(int task) => _logits.AsSpan(task * rows, rows);

        public override Span<float> DLogits(int task) => _dLogits.AsSpan(task * rows, rows);
    }
}
