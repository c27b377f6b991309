using EsmmLite.Model;

namespace EsmmLite.Training;

/// <summary>What calibration needs of a labelled log: logits, labels, segments and times of all rows, in memory. 13 bytes a row, 21 with times.</summary>
public sealed class CalibrationRows
{
    private readonly List<float> _ctr = [];
    private readonly List<float> _cvr = [];
    private readonly List<int> _segments = [];
    private readonly List<byte> _stages = []; // 0 shown, 1 clicked, 2 converted
    private readonly List<long> _times = [];

    private CalibrationRows(string? by) => By = by;

    /// <summary>The field whose rows are the segments; null for none.</summary>
    public string? By { get; }

    /// <summary>Number of impressions.</summary>
    public int Count => _stages.Count;

    /// <summary>Number of clicks.</summary>
    public long Clicks { get; private set; }

    /// <summary>Number of clicked and converted impressions.</summary>
    public long Conversions { get; private set; }

    /// <summary>Whether the impressions have times.</summary>
    public bool HasTimes => _times.Count == Count && Count > 0;

    internal double CtrLogit(int row) => _ctr[row];

    internal double CvrLogit(int row) => _cvr[row];

    internal int Segment(int row) => _segments[row];

    internal bool Click(int row) => _stages[row] > 0;

    internal bool Conversion(int row) => _stages[row] > 1;

    /// <summary>Age of a row in ticks, counted from the newest.</summary>
    internal long Age(int row) => Newest - _times[row];

    private long Newest { get; set; } = long.MinValue;

    /// <summary>Reads a log once.</summary>
    /// <param name="model">A model without a calibration.</param>
    /// <param name="source">Labelled impressions.</param>
    /// <param name="by">The field whose rows are the segments; none when null.</param>
    /// <param name="threads">Number of threads; 0 for one a processor. The result does not depend on it.</param>
    /// <param name="progress">Told the impressions read so far.</param>
    /// <param name="token">Stops between two batches.</param>
    /// <exception cref="EsmmException">The model is calibrated, the field can't tell segments, or a logit is not a finite number.</exception>
    public static CalibrationRows Read(EsmmModel model, IImpressionSource source, string? by = null, int threads = 0, IProgress<long>? progress = null, CancellationToken token = default)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(source);
        if (model.Calibration is not null)
        {
            throw new EsmmException(EsmmErrorKind.Usage, "the model is calibrated already", "calibration", "a model's own logits", "Set its Calibration to null first.");
        }

        int slot = by is null ? -1 : model.SegmentSlot(by);
        var rows = new CalibrationRows(by);
        using LogitsPass pass = new(model, threads);
        source.StartEpoch(0);
        while (pass.Next(source))
        {
            token.ThrowIfCancellationRequested();
            for (int r = 0; r < pass.Batch.Count; r++)
            {
                rows.Add((float)pass.CtrLogits[r], (float)pass.CvrLogits[r], slot < 0 ? 0 : pass.Batch.IdAt(slot, r), pass.Click(r), pass.Conversion(r), pass.Batch.Times.IsEmpty ? null : pass.Batch.Times[r]);
            }

            progress?.Report(rows.Count);
        }

        return rows;
    }

    private void Add(float ctr, float cvr, int segment, bool click, bool conversion, long? time)
    {
        if (!float.IsFinite(ctr) || !float.IsFinite(cvr))
        {
            throw new EsmmException(EsmmErrorKind.Numeric, FormattableString.Invariant($"the logits are {ctr} and {cvr}"), $"calibration, impression {Count + 1}", "finite numbers", "A numeric input is so large that the network overflowed: give its field a clip.");
        }

        _ctr.Add(ctr);
        _cvr.Add(cvr);
        _segments.Add(segment);
        _stages.Add((byte)(conversion ? 2 : click ? 1 : 0));
        Clicks += click ? 1 : 0;
        Conversions += conversion ? 1 : 0;
        if (time is { } at)
        {
            _times.Add(at);
            Newest = Math.Max(Newest, at);
        }
    }
}
