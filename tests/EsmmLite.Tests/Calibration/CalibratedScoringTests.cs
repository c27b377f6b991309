using EsmmLite.Calibration;
using EsmmLite.Evaluation;
using EsmmLite.Features;
using EsmmLite.Kernels;
using EsmmLite.Model;
using EsmmLite.Scoring;
using EsmmLite.Tests.Model;
using EsmmLite.Tests.Training;
using EsmmLite.Training;

namespace EsmmLite.Tests.Calibration;

/// <summary>Every way to a score takes the calibration, and all of them give the same bits.</summary>
[Collection("Alone")]
public class CalibratedScoringTests(ITestOutputHelper output)
{
    private const int Rows = 130;

    [Theory]
    [InlineData("plain", null)]
    [InlineData("plain", "c0")]
    [InlineData("plain", "r0")]
    [InlineData("allCrosses", "r1")]
    [InlineData("spanningCross", "r0")]
    [InlineData("private", "c0")]
    [InlineData("separate", "c0")]
    [InlineData("crossed", "rc")]
    [InlineData("crossed", "rr")]
    [InlineData("crossed", "ccc")]
    public void Batch_request_encoded_candidates_and_validation_agree_with_the_definition(string shape, string? field)
    {
        EsmmModel model = SmallModels.Create(shape);
        FeatureSpace space = model.Space;
        ImpressionBatch batch = space.CreateBatch(Rows);
        EsmmScorer plain = new(model);
        int rows = field is null ? 0 : space.Encoders[space.FieldIndex(field)].Rows;
        model.Calibration = Calibrations.Create(field, rows);
        EsmmScorer scorer = new(model);
        Assert.NotEqual(plain.Identity, scorer.Identity);
        RankingRequest request = Fill(scorer, batch, user: 3);
        Prediction[] scored = scorer.Score(batch, scorer.CreateWorkspace(), new Prediction[Rows]).ToArray();

        // By the definition, from the logits of the same model without a calibration.
        ModelCalibration calibration = model.Calibration;
        model.Calibration = null;
        using LogitsPass pass = new(model, 2);
        Assert.True(pass.Next(new MemorySource(batch)));
        int distinct = 0;
        HashSet<int> segments = [];
        for (int r = 0; r < Rows; r++)
        {
            int segment = field is null ? 0 : batch.Ids(space.SlotOf(space.FieldIndex(field)))[r];
            segments.Add(segment);
            double a = pass.CtrLogits[r], b = pass.CvrLogits[r];
            double expectedA = calibration.Ctr.CurveOf(segment).Apply(a + ExactMath.Log(0.2)), expectedB = calibration.Cvr.CurveOf(segment).Apply(b);
            double p = ExactMath.Sigmoid(expectedA), q = ExactMath.Sigmoid(expectedB);
            Assert.Equal(new Prediction((float)p, (float)q, (float)(p * q)), scored[r]);
            distinct += (float)ExactMath.Sigmoid(a) != scored[r].PCtr ? 1 : 0;
        }

        Assert.True(distinct > Rows / 2);
        Assert.True(field is null || field.StartsWith('r') || segments.Count > 3);
        Assert.Equal(scored, scorer.Score(request, new Prediction[Rows]).ToArray());

        RankingRequest kept = Fill(scorer, null, user: 3, candidates: 0);
        for (int c = 0; c < Rows; c++)
        {
            kept.AddCandidate(request.Encode(c, project: c % 2 == 0));
        }

        Assert.Equal(scored, scorer.Score(kept, new Prediction[Rows]).ToArray());

        // And in evaluation: the sums of the unrounded scores.
        model.Calibration = calibration;
        EvaluationReport report = Validation.Evaluate(model, new MemorySource(batch), threads: 2);
        Assert.Equal(scored.Sum(s => (double)s.PCtr) / report.Clicks, report.Ctr.Pcoc!.Value, 1e-5);
        Assert.Equal(scored.Sum(s => (double)s.PCtcvr) / report.Conversions, report.Ctcvr.Pcoc!.Value, 1e-5);
    }

    [Fact]
    public void A_calibration_that_changes_nothing_gives_the_bits_of_none()
    {
        EsmmModel model = SmallModels.Create("allCrosses");
        ImpressionBatch batch = SmallModels.Batch(model.Space, 200, 5);
        Prediction[] before = Score(model, batch);
        model.Calibration = new ModelCalibration(TaskCalibrator.Identity, TaskCalibrator.Identity);
        Assert.Equal(before, Score(model, batch));
    }

    [Theory]
    [InlineData(1.0)]
    [InlineData(0.1)]
    [InlineData(0.003)]
    public void Sampled_negatives_are_corrected_as_the_formula_says(double keep)
    {
        EsmmModel model = SmallModels.Create("plain");
        ImpressionBatch batch = SmallModels.Batch(model.Space, 200, 5);
        Prediction[] before = Score(model, batch);
        model.Calibration = new ModelCalibration(TaskCalibrator.Identity, TaskCalibrator.Identity, keep);
        Prediction[] after = Score(model, batch);
        for (int r = 0; r < before.Length; r++)
        {
            double p = before[r].PCtr, expected = p / (p + ((1 - p) / keep));
            Assert.Equal(expected, after[r].PCtr, 1e-6 * expected);
            Assert.Equal(before[r].PCvr, after[r].PCvr);
            Assert.Equal((double)after[r].PCtr * after[r].PCvr, after[r].PCtcvr, 2e-7 * after[r].PCtcvr);
        }
    }

    [Fact]
    public void Scoring_allocates_nothing()
    {
        EsmmModel model = SmallModels.Create("plain");
        ImpressionBatch batch = model.Space.CreateBatch(Rows);
        model.Calibration = Calibrations.Create("c0", 60);
        EsmmScorer scorer = new(model);
        RankingRequest request = Fill(scorer, batch, user: 1);
        ScoringWorkspace workspace = scorer.CreateWorkspace();
        Prediction[] scores = new Prediction[Rows];
        Allocations.RequireNone(() => { scorer.Score(batch, workspace, scores); scorer.Score(request, scores); }, 100, output);
    }

    [Fact]
    public void A_field_that_can_tell_no_segment_and_training_on_are_refused()
    {
        EsmmModel model = SmallModels.Create("lists");
        foreach (string field in (string[])["nobody", "rn", "tags"])
        {
            Assert.Equal(EsmmErrorKind.Usage, Assert.Throws<EsmmException>(() => model.Calibration = new ModelCalibration(TaskCalibrator.Identity, TaskCalibrator.Identity, 1, field)).Kind);
        }

        TaskCalibrator beyond = new(CalibrationMethod.Platt, LogitCurve.Identity, new Dictionary<int, LogitCurve> { [60] = LogitCurve.Identity });
        Assert.Throws<EsmmException>(() => model.Calibration = new ModelCalibration(beyond, TaskCalibrator.Identity, 1, "c0"));
        Assert.Throws<EsmmException>(() => new ModelCalibration(beyond, TaskCalibrator.Identity));
        Assert.Throws<EsmmException>(() => new ModelCalibration(TaskCalibrator.Identity, TaskCalibrator.Identity, 0));
        Assert.Null(model.Calibration);
        model.Calibration = Calibrations.Create("c0", 60);
        Assert.Contains("calibrated", Assert.Throws<EsmmException>(() => new Trainer(model, new TrainingOptions())).Message, StringComparison.Ordinal);
    }

    private static Prediction[] Score(EsmmModel model, ImpressionBatch batch)
    {
        EsmmScorer scorer = new(model);
        return scorer.Score(batch, scorer.CreateWorkspace(), new Prediction[batch.Count]).ToArray();
    }

    /// <summary>Values of a user and of candidates, in a request and, row by row, in a batch.</summary>
    private static RankingRequest Fill(EsmmScorer scorer, ImpressionBatch? batch, ulong user, int candidates = Rows)
    {
        FeatureSpace space = scorer.Space;
        RankingRequest request = scorer.CreateRequest(Rows);
        for (int c = 0; c < candidates; c++)
        {
            request.AddCandidate();
        }

        if (batch is not null)
        {
            batch.Count = candidates;
        }

        for (int f = 0; f < space.Encoders.Count; f++)
        {
            if (space.IsDerived(f))
            {
                continue;
            }

            SplitMix random = new((user * 1000) + (ulong)f);
            FieldKey key = scorer.Field(space.Schema.Fields[f].Name);
            bool shared = space.Schema.Fields[f].Side == Side.Request;
            string text = Draw(space, f, ref random);
            if (shared)
            {
                request.Set(key, text);
            }

            for (int c = 0; c < candidates; c++)
            {
                text = shared ? text : Draw(space, f, ref random);
                if (batch is not null)
                {
                    space.Encode(f, text, batch, c);
                }

                if (!shared)
                {
                    request.SetCandidate(c, key, text);
                }
            }
        }

        for (int c = 0; batch is not null && c < candidates; c++)
        {
            batch.Labels(0)[c] = (byte)(c % 4 == 0 ? 1 : 0);
            batch.Labels(1)[c] = (byte)(c % 8 == 0 ? 1 : 0);
        }

        return request;
    }

    private static string Draw(FeatureSpace space, int field, ref SplitMix random) => random.NextBelow(10) == 0 ? ""
        : space.Encoders[field].Dim > 0 ? "v" + random.NextBelow(200) : (random.NextBelow(2000) / 1000.0).ToString(System.Globalization.CultureInfo.InvariantCulture);
}
