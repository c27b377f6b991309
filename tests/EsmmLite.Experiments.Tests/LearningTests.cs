using System.Globalization;
using EsmmLite.Experiments.PaperBench;
using EsmmLite.Experiments.Ranking;
using EsmmLite.Experiments.Simulation;
using EsmmLite.Experiments.Tests.Learning;
using EsmmLite.Features;
using EsmmLite.Model;
using EsmmLite.Scoring;
using EsmmLite.Training;

namespace EsmmLite.Experiments.Tests;

/// <summary>
/// What ESMM gains over BASE, the same network trained on clicked rows only, and what it does not: with finite data and shared
/// structure it ranks all impressions better; with saturated features and much data both have the same optimum, P(z | y = 1, x).
/// </summary>
public class LearningTests
{
    private readonly ITestOutputHelper _output;

    public LearningTests(ITestOutputHelper output) => _output = output;

    [Fact]
    public void WithFewConversionsAndSharedStructureEsmmRanksAllImpressionsBetter()
    {
        const int TrainingRows = 150_000;
        const int ValidationRows = 50_000;
        const int TestRows = 100_000;
        const int Seeds = 5;
        double[] difference = new double[Seeds], esmm = new double[Seeds], clicked = new double[Seeds];
        Print($"expected AUC of pCVR over all {TestRows} test impressions; a seed is a world, a log and initial weights of its own");
        for (int s = 0; s < Seeds; s++)
        {
            ulong seed = (ulong)s + 1;
            FunnelSimulator simulator = new(FunnelSimulatorOptions.FewConversions with { Seed = seed });
            List<SimulatedImpression> seen = SimulatedLog.Draw(simulator, TrainingRows);
            FeatureSpace space = SimulatedLog.Learn(LogSchema(), seen);
            SimulatedLog training = SimulatedLog.Encode(space, seen);
            SimulatedLog validation = SimulatedLog.Encode(space, SimulatedLog.Draw(simulator, ValidationRows));
            SimulatedLog test = SimulatedLog.Encode(space, SimulatedLog.Draw(simulator, TestRows));
            ModelOptions shape = new() { CtrTower = [32, 16], CvrTower = [32, 16], EmbeddingInitialiser = EmbeddingInitialiser.Uniform, Seed = seed };

            // Each network stops by the log loss of its own task on the same validation rows. Clicked rows are few, so BASE gets as
            // many epochs as it wants, of batches full of clicked rows, and the best of three learning rates.
            TrainingOptions options = new() { LearningRate = 1e-3, Batch = 256, Epochs = 8, Seed = seed, EarlyStopping = new EarlyStopping("ctcvr.logLoss", 2) };
            EsmmModel esmmModel = EsmmModel.Create(space, shape);
            TrainingResult esmmFit = Train(esmmModel, options, new EsmmObjective(), new EntireSpace(), training, validation, clickedOnly: false);

            EsmmModel? baseModel = null;
            double baseLoss = double.PositiveInfinity, baseRate = 0;
            foreach (double rate in (ReadOnlySpan<double>)[3e-4, 1e-3, 3e-3])
            {
                EsmmModel candidate = EsmmModel.Create(space, shape);
                TrainingResult fit = Train(candidate, options with { LearningRate = rate, Epochs = 60, EarlyStopping = new EarlyStopping("cvr.logLoss", 5) }, new CvrObjective(), new ClickedRows(), training, validation, clickedOnly: true);

                // Stopped by patience, not by the limit: BASE had the epochs it wanted.
                Assert.True(fit.StoppedEarly, $"seed {seed}, rate {rate}: BASE was cut off");
                double loss = fit.Epochs[fit.KeptEpoch - 1].Validation!.Cvr.LogLoss!.Value;
                if (loss < baseLoss)
                {
                    (baseModel, baseLoss, baseRate) = (candidate, loss, rate);
                }
            }

            esmm[s] = ExpectedAuc.Compute(PCvr(esmmModel, test.Rows), test.TruePCvr)!.Value;
            clicked[s] = ExpectedAuc.Compute(PCvr(baseModel!, test.Rows), test.TruePCvr)!.Value;
            double ceiling = ExpectedAuc.Compute([.. test.TruePCvr.Select(q => (float)q)], test.TruePCvr)!.Value;
            difference[s] = esmm[s] - clicked[s];
            Print($"seed {seed}: {training.Reached(0)} clicks, {training.Reached(1)} conversions; ESMM {esmm[s]:F4} (epoch {esmmFit.KeptEpoch} of {esmmFit.Epochs.Count}), BASE {clicked[s]:F4} (rate {baseRate}), difference {difference[s]:+0.0000;-0.0000}, the truth itself {ceiling:F4}");
            Print($"   cvr.logLoss on clicked validation rows: ESMM {esmmFit.Epochs[esmmFit.KeptEpoch - 1].Validation!.Cvr.LogLoss:F5}, BASE {baseLoss:F5}");
        }

        PairedDifference paired = PairedDifference.Of(difference);
        (double esmmMean, double esmmSpread) = PairedDifference.MeanAndDeviation(esmm);
        (double baseMean, double baseSpread) = PairedDifference.MeanAndDeviation(clicked);
        double standardError = paired.Deviation / Math.Sqrt(Seeds);
        Print($"ESMM {esmmMean:F4} ± {esmmSpread:F4}, BASE {baseMean:F4} ± {baseSpread:F4}, difference {paired.Mean:F4} ± {paired.Deviation:F4} (standard error {standardError:F4}, 95 % half interval {paired.HalfInterval:F4})");
        Assert.True(paired.Mean > 0 && paired.Mean > 2 * standardError, $"difference {paired.Mean} with standard error {standardError}");
    }

    [Fact]
    public void WithSaturatedFeaturesAndMuchDataBothHaveTheSameOptimum()
    {
        const int Rows = 400_000;
        for (ulong seed = 1; seed <= 3; seed++)
        {
            FunnelSimulator simulator = new(FunnelSimulatorOptions.Saturated with { Seed = seed });
            List<SimulatedImpression> seen = SimulatedLog.Draw(simulator, Rows);

            // One embedding row a cell (user x item) and no hidden layer: any pair of probabilities a cell can be expressed.
            Schema schema = Labelled([new VocabularyField { Name = "cell", Dim = 4 }], []);
            ModelOptions shape = new() { CtrTower = [], CvrTower = [], EmbeddingInitialiser = EmbeddingInitialiser.Uniform, Seed = seed };
            FeatureSpace space = SimulatedLog.Learn(schema, seen);
            SimulatedLog log = SimulatedLog.Encode(space, seen);
            EsmmModel esmm = EsmmModel.Create(space, shape), clicked = EsmmModel.Create(space, shape);
            Converge(esmm, new EsmmObjective(), CountedRows.Of(space, log, clickedOnly: false));
            Converge(clicked, new CvrObjective(), CountedRows.Of(space, log, clickedOnly: true));

            float[] q = PCvr(esmm, log.Rows), b = PCvr(clicked, log.Rows);
            Dictionary<int, Cell> cells = [];
            for (int r = 0; r < Rows; r++)
            {
                Cell cell = cells.GetValueOrDefault(log.Cells[r]) ?? (cells[log.Cells[r]] = new Cell(log.TruePCvr[r], q[r], b[r]));
                cell.Clicks += log.Rows.Labels(0)[r];
                cell.Conversions += log.Rows.Labels(1)[r];
            }

            // E|rate − p| of a binomial rate is √(2/π) of its standard deviation: what a perfect estimator is off by.
            double noise = cells.Values.Average(c => Math.Sqrt(2 / Math.PI * c.Truth * (1 - c.Truth) / c.Clicks));
            double counted = cells.Values.Average(c => Math.Abs(c.Rate - c.Truth));
            double esmmOff = cells.Values.Average(c => Math.Abs(c.Esmm - c.Truth));
            double baseOff = cells.Values.Average(c => Math.Abs(c.Base - c.Truth));
            double apart = cells.Values.Average(c => Math.Abs(c.Esmm - c.Base));
            double esmmFromRate = cells.Values.Average(c => Math.Abs(c.Esmm - c.Rate));
            double baseFromRate = cells.Values.Average(c => Math.Abs(c.Base - c.Rate));
            Print($"seed {seed}, {cells.Count} cells, {log.Reached(0)} clicks, mean |difference| a cell: binomial noise {noise:F5}; from the truth: counted rate {counted:F5}, ESMM {esmmOff:F5}, BASE {baseOff:F5}; from the counted rate: ESMM {esmmFromRate:E1}, BASE {baseFromRate:E1}; ESMM from BASE {apart:E1}");
            Assert.Equal(196, cells.Count);
            Assert.InRange(esmmOff, 0, 1.25 * noise);
            Assert.InRange(baseOff, 0, 1.25 * noise);
            Assert.InRange(apart, 0, 0.01 * noise);
        }
    }

    // The gradient of all impressions every step, and smaller rates towards the end: nothing but the optimum is left to compare.
    private static void Converge(EsmmModel model, Objective objective, CountedRows rows)
    {
        foreach (double rate in (ReadOnlySpan<double>)[1e-2, 1e-3, 1e-4])
        {
            using Trainer trainer = new(model, new TrainingOptions { LearningRate = rate, Batch = rows.Batch.Count }, threads: 1, objective, rows);
            for (int step = 0; step < 1_500; step++)
            {
                trainer.Step(rows.Batch);
            }
        }
    }

    private static TrainingResult Train(EsmmModel model, TrainingOptions options, Objective objective, RowSampling sampling, SimulatedLog training, SimulatedLog validation, bool clickedOnly)
    {
        using Trainer trainer = new(model, options, threads: 1, objective, sampling);
        return trainer.Fit(new MemorySource(BenchRows.Of(model.Space, training.Rows), options.Seed, clickedOnly), new MemorySource(BenchRows.Of(model.Space, validation.Rows), options.Seed, clickedOnly), token: TestContext.Current.CancellationToken);
    }

    private static float[] PCvr(EsmmModel model, ImpressionBatch rows)
    {
        EsmmScorer scorer = new(model);
        Prediction[] predictions = new Prediction[rows.Count];
        scorer.Score(rows, scorer.CreateWorkspace(), predictions);
        return [.. predictions.Select(p => p.PCvr)];
    }

    private static Schema LogSchema() => Labelled(
        [
            new VocabularyField { Name = "user_id", Dim = 8, MinCount = 5, Side = Side.Request },
            new VocabularyField { Name = "site", Dim = 8, Side = Side.Request },
            new VocabularyField { Name = "device", Dim = 8, Side = Side.Request },
            new VocabularyField { Name = "hour", Dim = 8, Side = Side.Request },
            new VocabularyField { Name = "item_id", Dim = 8, MinCount = 5 },
            new VocabularyField { Name = "category", Dim = 8 },
            new NumericField { Name = "price", Log = true },
        ],
        [new Cross("user_id", "item_id")]);

    private static Schema Labelled(IReadOnlyList<Field> fields, IReadOnlyList<Cross> crosses) => new()
    {
        Fields = fields,
        Crosses = crosses,
        Labels = [new LabelStage { Name = "click" }, new LabelStage { Name = "conversion" }],
    };

    private void Print(FormattableString text) => _output.WriteLine(text.ToString(CultureInfo.InvariantCulture));

    private sealed class Cell(double truth, double esmm, double clicked)
    {
        public double Truth { get; } = truth;

        public double Esmm { get; } = esmm;

        public double Base { get; } = clicked;

        public long Clicks { get; set; }

        public long Conversions { get; set; }

        public double Rate => (double)Conversions / Clicks;
    }
}
