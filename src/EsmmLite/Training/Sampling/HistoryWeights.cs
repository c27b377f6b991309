using System.Runtime.InteropServices;
using EsmmLite.Features;
using EsmmLite.Kernels;

namespace EsmmLite.Training;

/// <summary>
/// Each impression's CTR loss counts by its item's CTR in a past window, each further loss by its CVR: smoothed, over the average of
/// the same window, clipped. The past ends strictly before the impression: it is cut into eighths of the window, of which only those that
/// ended before the impression (and before the lag) count.
/// </summary>
public sealed class HistoryWeights : RowSampling
{
    private const int Parts = 8;
    private const int BatchRows = 4096;
    private const int Everything = int.MinValue;

    private readonly HistoryOptions _options;
    private readonly int _slot;
    private readonly long _part;
    private readonly long _lag;
    private readonly Dictionary<(int Item, long Part), Tally> _past = [];

    private HistoryWeights(HistoryOptions options, int slot)
    {
        (_options, _slot) = (options, slot);
        _part = Math.Max(1, options.Window.Ticks / Parts);
        _lag = options.Lag.Ticks;
    }

    /// <summary>Counts the past of every item.</summary>
    /// <param name="space">The feature space; its schema declares a time.</param>
    /// <param name="source">The impressions to be trained on, in any order.</param>
    /// <param name="options">How to weigh.</param>
    public static HistoryWeights Build(FeatureSpace space, IImpressionSource source, HistoryOptions options)
    {
        ArgumentNullException.ThrowIfNull(space);
        ArgumentNullException.ThrowIfNull(source);
        ArgumentNullException.ThrowIfNull(options);
        int field = space.Schema.Fields.ToList().FindIndex(f => f.Name == options.Field);
        if (field < 0 || space.Encoders[field].Dim == 0 || space.Schema.Fields[field].List is not null)
        {
            throw new EsmmException(EsmmErrorKind.Config, $"'{options.Field}' is no field of one value with an embedding", "loss.history.field", "the field that names the item");
        }

        if (space.Schema.Time is null)
        {
            throw new EsmmException(EsmmErrorKind.Config, "there is no time", "loss.history", "\"time\" at the top of the config", "Without times nobody knows what came before.");
        }

        HistoryWeights weights = new(options, space.SlotOf(field));
        ImpressionBatch batch = space.CreateBatch(BatchRows);
        source.StartEpoch(0);
        while (source.Fill(batch))
        {
            for (int r = 0; r < batch.Count; r++)
            {
                long part = batch.Times[r] / weights._part;
                weights.Count(batch, r, (batch.Ids(weights._slot)[r], part));
                weights.Count(batch, r, (Everything, part));
            }
        }

        return weights;
    }

    /// <inheritdoc/>
    public override void Weigh(ImpressionBatch batch, int loss, Span<float> destination)
    {
        ArgumentNullException.ThrowIfNull(batch);
        for (int r = 0; r < destination.Length; r++)
        {
            destination[r] = (float)WeightOf(batch.Ids(_slot)[r], batch.Times[r], ofClicks: loss > 0);
        }
    }

    /// <summary>The weight of an item's impression at a time: by its CTR, or by its CVR.</summary>
    internal double WeightOf(int item, long time, bool ofClicks)
    {
        // The last part that ended before the time less the lag.
        long last = ((time - _lag) / _part) - 1;
        Tally own = default, all = default;
        for (long part = last - Parts + 1; part <= last; part++)
        {
            own += _past.GetValueOrDefault((item, part));
            all += _past.GetValueOrDefault((Everything, part));
        }

        (double events, double trials) = ofClicks ? (own.Conversions, own.Clicks) : (own.Clicks, own.Impressions);
        double average = ofClicks ? all.Conversions / Math.Max(1, all.Clicks) : all.Clicks / Math.Max(1, all.Impressions);
        if (average <= 0)
        {
            return 1;
        }

        double ratio = trials + _options.Smoothing == 0 ? 1 : (events + (_options.Smoothing * average)) / (trials + _options.Smoothing) / average;
        return ratio <= 0 ? _options.Least : Math.Clamp(ExactMath.Exp(_options.Power * ExactMath.Log(ratio)), _options.Least, _options.Most);
    }

    private void Count(ImpressionBatch batch, int row, (int Item, long Part) key)
    {
        bool click = batch.Labels(0)[row] != 0;
        CollectionsMarshal.GetValueRefOrAddDefault(_past, key, out _) += new Tally(1, click ? 1 : 0, click && batch.Labels(1)[row] != 0 ? 1 : 0);
    }

    private readonly record struct Tally(double Impressions, double Clicks, double Conversions)
    {
        public static Tally operator +(Tally a, Tally b) => new(a.Impressions + b.Impressions, a.Clicks + b.Clicks, a.Conversions + b.Conversions);
    }
}
