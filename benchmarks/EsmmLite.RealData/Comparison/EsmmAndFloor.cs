using EsmmLite.Evaluation;
using EsmmLite.Formats;
using EsmmLite.Formats.Packed;
using EsmmLite.Model;
using EsmmLite.Training;

namespace EsmmLite.RealData.Comparison;

/// <summary>
/// Trains ESMM with a sample config, and the floor: the same config without hidden layers, a logistic regression a task on the same fields.
/// Both see the same parts of the log, in the same order; the test part takes no part in training, stopping or encoding.
/// </summary>
/// <remarks>
/// At a network's learning rate a logistic regression is still far from its optimum when the epochs run out, and easy to beat. So the floor
/// is trained at several rates, and the one with the least validation log loss of CTCVR counts; ESMM has one rate, its config's.
/// </remarks>
internal static class EsmmAndFloor
{
    private const string Criterion = "ctcvr.logLoss";

    private static readonly double[] FloorRates = [1, 4, 16]; // times the config's

    /// <summary>Compares the two over the seeds 1, 2, ..; each seed is a split of its own unless the parts are given files.</summary>
    public static IReadOnlyList<SeedResult> Run(RealDataSet set, string dataFolder, string samplesFolder, int seeds, Action<SeedResult>? done = null, IReadOnlyList<string>? overrides = null)
    {
        string path = Path.Combine(samplesFolder, set.Config);
        EsmmConfig config = EsmmConfig.Parse(File.ReadAllText(path), set.Config, overrides);
        var results = new SeedResult[seeds];

        // The result does not depend on the number of threads, so whole seeds go side by side.
        Parallel.For(0, seeds, new ParallelOptions { MaxDegreeOfParallelism = Environment.ProcessorCount }, i =>
        {
            results[i] = Run(set, dataFolder, config.WithSeed((ulong)i + 1));
            done?.Invoke(results[i]);
        });
        return results;
    }

    private static SeedResult Run(RealDataSet set, string dataFolder, EsmmConfig config)
    {
        using ThreeParts logs = ThreeParts.Of(set, dataFolder, config.Training.Seed);
        LogSurvey survey = LogSurvey.Run(logs.Training, config.Schema, seed: config.Training.Seed);
        using PackedParts training = PackedParts.Pack(logs.Training, survey.Space);
        using PackedParts validation = PackedParts.Pack(logs.Validation, survey.Space);
        using PackedParts test = PackedParts.Pack(logs.Test, survey.Space);
        Trained esmm = Train(config.Model, config.Training);
        Trained floor = FloorRates.Select(rate => Train(config.Model with { CtrTower = [], CvrTower = [] }, config.Training with { LearningRate = config.Training.LearningRate * rate }))
            .MinBy(trained => trained.ValidationLoss)!;
        FunnelCounts[] counts = [training.TrainingCounts, validation.TrainingCounts, test.TrainingCounts];
        return new SeedResult(config.Training.Seed, (counts.Sum(c => c.Impressions), counts.Sum(c => c.Reached[0]), counts.Sum(c => c.Reached[^1])), esmm, floor);

        Trained Train(ModelOptions options, TrainingOptions how)
        {
            EsmmModel model = EsmmModel.Create(survey.Space, options);
            using var trainer = new Trainer(model, how, threads: 1);
            TrainingResult result = trainer.Fit(new ShuffledSource(training.Training, how.Seed), new SequentialSource(validation.Training));
            EvaluationReport report = Validation.Evaluate(model, new SequentialSource(test.Training), threads: 1);
            return new Trained(report, result.KeptEpoch, how.LearningRate, result.Epochs[result.KeptEpoch - 1].Validation!.Metric(Criterion)!.Value);
        }
    }
}
