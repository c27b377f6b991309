using EsmmLite.Training;

namespace EsmmLite.RealData.Comparison;

/// <summary>
/// Trains ESMM with a sample config, and the floor: the same config without hidden layers, a logistic regression a task on the same fields.
/// Both see the same parts of the log, in the same order.
/// </summary>
/// <remarks>
/// At a network's learning rate a logistic regression is still far from its optimum when the epochs run out, and easy to beat. So the floor
/// is trained at several rates, and the one with the least validation log loss of CTCVR counts; ESMM has one rate, its config's.
/// </remarks>
internal static class EsmmAndFloor
{
    private static readonly double[] FloorRates = [1, 4, 16]; // times the config's

    /// <summary>Compares the two over the seeds 1, 2, ..; each seed is a split of its own unless the parts are given files.</summary>
    public static IReadOnlyList<SeedResult> Run(RealDataSet set, string dataFolder, string samplesFolder, int seeds, Action<SeedResult>? done = null, IReadOnlyList<string>? overrides = null)
    {
        string path = Path.Combine(samplesFolder, set.Config);
        EsmmConfig config = EsmmConfig.Parse(File.ReadAllText(path), set.Config, overrides);
        return Seeds.Run(seeds, seed => Run(set, dataFolder, config.WithSeed(seed)), done);
    }

    private static SeedResult Run(RealDataSet set, string dataFolder, EsmmConfig config)
    {
        using ThreeParts logs = ThreeParts.Of(set, dataFolder, config.Training.Seed);
        using EncodedParts parts = new(logs, config.Schema, config.Training.Seed, set.AsLogged);
        Trained esmm = parts.Train(config.Model, config.Training);
        Trained floor = FloorRates.Select(rate => parts.Train(config.Model with { CtrTower = [], CvrTower = [] }, config.Training with { LearningRate = config.Training.LearningRate * rate }))
            .MinBy(trained => trained.ValidationLoss)!;
        return new SeedResult(config.Training.Seed, parts.Counts, esmm, floor);
    }
}
