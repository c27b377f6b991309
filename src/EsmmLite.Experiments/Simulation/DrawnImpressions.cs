using EsmmLite.Features;
using EsmmLite.Kernels;

namespace EsmmLite.Experiments.Simulation;

/// <summary>
/// Encoded impressions for measuring speed: ids by Zipf's law over each table's rows, numbers uniform in ±2, a fifth clicked, a tenth of
/// the clicks converted. There is nothing to be learned from them.
/// </summary>
public static class DrawnImpressions
{
    private const uint ImpressionsPerClick = 5;
    private const uint ClicksPerConversion = 10;

    /// <summary>Draws full batches.</summary>
    /// <param name="space">The feature space whose tables the ids belong to.</param>
    /// <param name="rows">Impressions of a batch.</param>
    /// <param name="count">Number of batches.</param>
    /// <param name="seed">Equal seeds draw equal batches.</param>
    public static ImpressionBatch[] Batches(FeatureSpace space, int rows, int count, ulong seed)
    {
        ArgumentNullException.ThrowIfNull(space);
        SplitMix random = new(seed);
        Dictionary<int, ZipfRows> tables = space.Encoders.Where(e => e.Dim > 0).Select(e => e.Rows).Distinct().ToDictionary(r => r, r => new ZipfRows(r));
        ImpressionBatch[] batches = new ImpressionBatch[count];
        for (int b = 0; b < count; b++)
        {
            batches[b] = space.CreateBatch(rows);
            batches[b].Count = rows;
            for (int r = 0; r < rows; r++)
            {
                Fill(batches[b], r, space, tables, ref random);
            }
        }

        return batches;
    }

    private static void Fill(ImpressionBatch batch, int row, FeatureSpace space, Dictionary<int, ZipfRows> tables, ref SplitMix random)
    {
        for (int f = 0; f < space.Encoders.Count; f++)
        {
            int slot = space.SlotOf(f);
            if (space.Encoders[f].Dim > 0)
            {
                for (int k = 0; k < space.Encoders[f].IdWidth; k++)
                {
                    batch.Ids(slot + k)[row] = tables[space.Encoders[f].Rows].Next(ref random);
                }

                for (int k = 0; k < space.Encoders[f].WeightWidth; k++)
                {
                    batch.Numbers(space.WeightSlotOf(f) + k)[row] = 1;
                }
            }

            for (int k = 0; k < space.Encoders[f].NumberWidth; k++)
            {
                batch.Numbers(slot + k)[row] = (random.NextSingle() * 4) - 2;
            }
        }

        bool click = random.NextBelow(ImpressionsPerClick) == 0;
        batch.Labels(0)[row] = (byte)(click ? 1 : 0);
        batch.Labels(1)[row] = (byte)(click && random.NextBelow(ClicksPerConversion) == 0 ? 1 : 0);
    }
}
