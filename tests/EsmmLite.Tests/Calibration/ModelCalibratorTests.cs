using EsmmLite.Calibration;
using EsmmLite.Evaluation;
using EsmmLite.Features;
using EsmmLite.Kernels;
using EsmmLite.Model;
using EsmmLite.Tests.Model;
using EsmmLite.Tests.Training;
using EsmmLite.Training;

namespace EsmmLite.Tests.Calibration;

/// <summary>From labelled rows to a calibration: which rows count, how much, and where they are too few.</summary>
public class ModelCalibratorTests
{
    private const int Rows = 20_000;

    private readonly EsmmModel _model = SmallModels.Create("plain");

    [Theory]
    [InlineData(CalibrationMethod.Platt)]
    [InlineData(CalibrationMethod.Isotonic)]
    public void Pcoc_by_segment_comes_back_to_1(CalibrationMethod method)
    {
        CalibrationRows rows = Read(Labelled(1, by: "c1"), "c1"), later = Read(Labelled(2, by: "c1"), "c1");
        ModelCalibration calibration = ModelCalibrator.Fit(rows, new CalibrationOptions { Method = method, By = "c1", MinPositives = 30 });
        Assert.Equal(10, calibration.Ctr.Segments.Count); // nine rows and the missing value
        IReadOnlyList<SegmentPcoc> figures = SegmentPcoc.Measure(later, calibration, 30);
        int off = 0, back = 0, of = 0;
        foreach (SegmentPcoc figure in figures.Where(f => f.Segment is not null && f.Task == EvaluationTask.Ctr))
        {
            of++;
            off += figure.BeforeInterval!.Value.Contains(1) ? 0 : 1;
            back += figure.AfterInterval!.Value.Contains(1) ? 1 : 0;
        }

        // The intervals hold the test's noise but not the fit's, so one or two of ten may miss.
        Assert.True(off >= 6 && back >= of - 2, $"{off} of {of} off before, {back} back");
        SegmentPcoc[] all = [.. figures.Where(f => f.Segment is null)];
        Assert.Equal([EvaluationTask.Ctr, EvaluationTask.Cvr, EvaluationTask.Ctcvr], all.Select(f => f.Task));
        Assert.All(all, figure => Assert.InRange(figure.After!.Value, 0.93, 1.07));
    }

    [Fact]
    public void Where_positives_are_too_few_the_curve_of_all_rows_serves_or_none()
    {
        CalibrationRows rows = Read(Labelled(1, by: "c1"), "c1");
        long most = Enumerable.Range(-1, 10).Max(s => Enumerable.Range(0, rows.Count).LongCount(r => rows.Segment(r) == s && rows.Conversion(r)));
        ModelCalibration calibration = ModelCalibrator.Fit(rows, new CalibrationOptions { By = "c1", MinPositives = (int)most });
        Assert.Equal(CalibrationMethod.Platt, calibration.Cvr.Method);
        Assert.True(calibration.Cvr.Segments.Count < 3);
        Assert.Same(calibration.Cvr.CurveOf(12345), calibration.Cvr.CurveOf(Enumerable.Range(0, 9).First(s => !calibration.Cvr.Segments.Contains(s))));

        ModelCalibration none = ModelCalibrator.Fit(rows, new CalibrationOptions { By = "c1", MinPositives = (int)rows.Conversions + 1 });
        Assert.Equal(CalibrationMethod.None, none.Cvr.Method);
        Assert.Same(LogitCurve.Identity, none.Cvr.CurveOf(0));
        IReadOnlyList<SegmentPcoc> figures = SegmentPcoc.Measure(rows, none, (int)rows.Conversions + 1);
        Assert.All(figures.Where(f => f.Task != EvaluationTask.Ctr), figure => Assert.Equal((null, null, null, null), (figure.Before, figure.BeforeInterval, figure.After, figure.AfterInterval)));
    }

    [Fact]
    public void A_figure_needs_a_positive_and_segments_of_the_rows_own_field()
    {
        ImpressionBatch batch = Labelled(1, by: "c1");
        batch.Labels(1).Clear();
        CalibrationRows rows = Read(batch, "c1");
        Assert.All(SegmentPcoc.Measure(rows, new ModelCalibration(TaskCalibrator.Identity, TaskCalibrator.Identity), 0).Where(f => f.Task != EvaluationTask.Ctr), figure => Assert.Null(figure.Before));
        ModelCalibration other = Calibrations.Create("r0", 40);
        Assert.Contains("'r0'", Assert.Throws<EsmmException>(() => SegmentPcoc.Measure(rows, other, 1)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void The_cvr_curve_is_of_clicked_rows_alone()
    {
        ImpressionBatch one = Labelled(1), other = Labelled(1);

        // Labels of unclicked rows, and unclicked rows themselves, change nothing of the CVR.
        for (int r = 0; r < other.Count; r++)
        {
            other.Labels(1)[r] = other.Labels(0)[r] == 0 ? (byte)0 : other.Labels(1)[r];
        }

        ModelCalibration first = ModelCalibrator.Fit(Read(one), new CalibrationOptions());
        int kept = 0;
        for (int r = 0; r < other.Count; r++)
        {
            if (other.Labels(0)[r] != 0 || r % 3 == 0)
            {
                other.CopyRow(r, other, kept++);
            }
        }

        other.Count = kept;
        ModelCalibration second = ModelCalibrator.Fit(Read(other), new CalibrationOptions());
        Assert.Equal(first.Cvr.CurveOf(0).Values.ToArray(), second.Cvr.CurveOf(0).Values.ToArray());
        Assert.Equal(first.Cvr.CurveOf(0).Slope, second.Cvr.CurveOf(0).Slope);
        Assert.NotEqual(first.Ctr.CurveOf(0).Values.ToArray(), second.Ctr.CurveOf(0).Values.ToArray());
    }

    [Fact]
    public void Held_out_rows_that_were_sampled_count_for_those_left_out()
    {
        ImpressionBatch all = Labelled(1), sampled = Labelled(1);
        int kept = 0;
        for (int r = 0; r < sampled.Count; r++)
        {
            if (sampled.Labels(0)[r] != 0 || r % 4 == 0)
            {
                sampled.CopyRow(r, sampled, kept++);
            }
        }

        sampled.Count = kept;
        LogitCurve whole = ModelCalibrator.Fit(Read(all), new CalibrationOptions()).Ctr.CurveOf(0);
        LogitCurve weighted = ModelCalibrator.Fit(Read(sampled), new CalibrationOptions { HeldKeep = 0.25 }).Ctr.CurveOf(0);
        LogitCurve plain = ModelCalibrator.Fit(Read(sampled), new CalibrationOptions()).Ctr.CurveOf(0);
        for (double logit = -2; logit <= 2; logit++)
        {
            Assert.Equal(whole.Apply(logit), weighted.Apply(logit), 0.15);
            Assert.True(plain.Apply(logit) > whole.Apply(logit) + 1);
        }
    }

    [Fact]
    public void Older_rows_weigh_less()
    {
        EsmmModel model = EsmmModel.Create(FeatureSpace.FromSchema(SmallModels.Schema([SmallModels.Hashed("c0", 60, 8)]) with { Time = new ImpressionTime { Column = "t", Zone = "UTC" } }), new ModelOptions { CtrTower = [8], CvrTower = [8] });
        ImpressionBatch batch = SmallModels.Batch(model.Space, Rows, 1);
        SplitMix random = new(4);
        for (int r = 0; r < Rows; r++)
        {
            // The rate doubles at the last of ten days.
            int day = r * 10 / Rows;
            batch.Times[r] = new DateTime(2026, 1, 1).AddDays(day).Ticks;
            batch.Labels(0)[r] = (byte)(random.NextDouble() < (day < 9 ? 0.1 : 0.2) ? 1 : 0);
            batch.Labels(1)[r] = 0;
        }

        double Rate(TimeSpan? half)
        {
            CalibrationRows rows = CalibrationRows.Read(model, new MemorySource(batch));
            return ExactMath.Sigmoid(ModelCalibrator.Fit(rows, new CalibrationOptions { HalfLife = half }).Ctr.CurveOf(0).Apply(0));
        }

        Assert.InRange(Rate(null), 0.09, 0.13);
        Assert.InRange(Rate(TimeSpan.FromHours(6)), 0.17, 0.23);
        Assert.Contains("no times", Assert.Throws<EsmmException>(() => ModelCalibrator.Fit(Read(Labelled(1)), new CalibrationOptions { HalfLife = TimeSpan.FromHours(1) })).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(CalibrationMethod.Platt)]
    [InlineData(CalibrationMethod.Isotonic)]
    public void A_segment_that_was_not_seen_lately_is_not_believed_to_be_at_one_half(CalibrationMethod method)
    {
        FeatureSpace space = FeatureSpace.FromSchema(SmallModels.Schema([SmallModels.Hashed("c0", 3, 8)]) with { Time = new ImpressionTime { Column = "t", Zone = "UTC" } });
        EsmmModel model = EsmmModel.Create(space, new ModelOptions { CtrTower = [8], CvrTower = [8] });
        ImpressionBatch batch = SmallModels.Batch(model.Space, Rows, 1);
        SplitMix random = new(4);
        for (int r = 0; r < Rows; r++)
        {
            // Segment 2 ended thirty half-lives before the others' last row. A twentieth of all is clicked.
            batch.Ids(0)[r] = r % 3;
            batch.Times[r] = new DateTime(2026, 1, r % 3 == 2 ? 1 : 31).Ticks;
            batch.Labels(0)[r] = (byte)(random.NextDouble() < 0.05 ? 1 : 0);
            batch.Labels(1)[r] = 0;
        }

        CalibrationRows rows = CalibrationRows.Read(model, new MemorySource(batch), "c0");
        ModelCalibration calibration = ModelCalibrator.Fit(rows, new CalibrationOptions { Method = method, By = "c0", HalfLife = TimeSpan.FromDays(1) });
        for (int r = 0; r < 3; r++)
        {
            Assert.InRange(ExactMath.Sigmoid(calibration.Ctr.CurveOf(rows.Segment(r)).Apply(rows.CtrLogit(r))), 0.03, 0.08);
        }
    }

    private CalibrationRows Read(ImpressionBatch batch, string? by = null) => CalibrationRows.Read(_model, new MemorySource(batch), by, 2);

    /// <summary>Rows whose labels follow the model's logits, turned and moved, by segment if there is one.</summary>
    private ImpressionBatch Labelled(ulong seed, string? by = null)
    {
        ImpressionBatch batch = SmallModels.Batch(_model.Space, Rows, seed);
        CalibrationRows logits = Read(batch, by);
        SplitMix random = new(seed + 50);
        for (int r = 0; r < Rows; r++)
        {
            double move = by is null ? -1 : -1 + (0.4 * (logits.Segment(r) % 5));
            bool click = random.NextDouble() < ExactMath.Sigmoid((0.7 * logits.CtrLogit(r)) + move);
            batch.Labels(0)[r] = (byte)(click ? 1 : 0);
            batch.Labels(1)[r] = (byte)(random.NextDouble() < ExactMath.Sigmoid((1.3 * logits.CvrLogit(r)) - 0.8) && click ? 1 : 0);
        }

        return batch;
    }
}
