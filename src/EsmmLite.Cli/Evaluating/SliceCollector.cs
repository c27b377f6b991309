using EsmmLite.Evaluation;
using EsmmLite.Formats;
using EsmmLite.Training;

namespace EsmmLite.Cli.Evaluating;

/// <summary>Gathers the metrics of the parts of a log.</summary>
/// <param name="slicing">Which parts.</param>
/// <param name="texts">The texts of the column; null where the parts need none.</param>
/// <param name="threshold">Where to measure accuracy, precision and recall.</param>
/// <param name="memory">Bounds the scores of all parts together, those of other collectors too.</param>
internal sealed class SliceCollector(Slicing slicing, TextIds? texts, double? threshold, ScoreMemory memory) : IDisposable
{
    private const int MostSlices = 1000;
    private const long Others = -1;

    private readonly Dictionary<long, FunnelAccumulator> _slices = [];

    public void Add(LogitsPass pass, int row)
    {
        long key = slicing.KeyOf(pass, texts, row);
        if (!_slices.TryGetValue(key, out FunnelAccumulator? slice))
        {
            key = _slices.Count < MostSlices ? key : Others;
            if (!_slices.TryGetValue(key, out slice))
            {
                _slices.Add(key, slice = memory.CreateFunnel(threshold));
            }
        }

        slice.Add(pass.CtrLogits[row], pass.CvrLogits[row], pass.Click(row), pass.Conversion(row));
    }

    public IEnumerable<SliceMetrics> Compute()
    {
        SliceMetrics[] slices = [.. _slices.Where(slice => slice.Key != Others).OrderBy(slice => slice.Key).Select(slice => new SliceMetrics(slicing.By, slicing.NameOf(slice.Key, texts), slice.Value.Compute()))];
        IEnumerable<SliceMetrics> ordered = slicing.IsOrdered ? slices : slices.OrderByDescending(slice => slice.Report.Impressions).ThenBy(slice => slice.Value, StringComparer.Ordinal);
        return _slices.TryGetValue(Others, out FunnelAccumulator? others) ? ordered.Append(new SliceMetrics(slicing.By, "(all others)", others.Compute())) : ordered;
    }

    public void Dispose()
    {
        foreach (FunnelAccumulator slice in _slices.Values)
        {
            slice.Dispose();
        }
    }
}
