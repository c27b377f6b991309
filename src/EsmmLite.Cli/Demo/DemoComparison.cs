using EsmmLite.Cli.Commands;
using EsmmLite.Cli.Terminal;
using EsmmLite.Cli.Training;
using EsmmLite.Experiments.Ranking;
using EsmmLite.Formats;
using EsmmLite.Formats.Delimited;
using EsmmLite.Formats.Packed;
using EsmmLite.Model;
using EsmmLite.Training;

namespace EsmmLite.Cli.Demo;

/// <summary>What came out for one seed: expected AUC of pCVR over all held-out impressions.</summary>
internal sealed record SeedResult(ulong Seed, double Truth, double Esmm, double Clicked);

/// <summary>ESMM beside the same network trained on clicked impressions only, a simulated log a seed.</summary>
/// <remarks>
/// Both stop early, each by the log loss of its own task on the same validation rows: clicked impressions are few, so the
/// clicked network gets as many epochs as it wants rather than as many as ESMM.
/// </remarks>
internal static class DemoComparison
{
    private const int ClickedEpochs = 60;
    private const int ClickedPatience = 5;

    public static IReadOnlyList<SeedResult> Run(DemoPlan plan, EsmmConfig config, DemoLog first, string firstModel, ulong firstSeed, int threads, ProgressBoard board, CancellationToken token)
    {
        string folder = Directory.CreateTempSubdirectory("esmm-demo-").FullName;
        try
        {
            using ProgressPhase phase = board.Begin("comparing");
            var quiet = new SilentBoard();
            var results = new List<SeedResult>();
            int parts = plan.Seeds * 2;
            for (ulong seed = firstSeed; results.Count < plan.Seeds; seed++)
            {
                phase.Report(results.Count * 2.0 / parts, "seed " + (results.Count + 1) + " of " + plan.Seeds + ", ESMM");
                DemoLog files = seed == firstSeed ? first : DemoLog.Write(folder, plan, seed, token);
                using var log = new DelimitedLog([files.Training]);
                using var input = new TrainingInput(config, log, Holdout.ByRow(DemoConfig.HoldoutShare, seed), null, log.Files);
                using PackedData data = new DataPreparation(input, quiet, new SpeedTable(), token).Prepare(null);
                EsmmConfig seeded = config.WithSeed(seed);
                string path = Path.Combine(folder, "esmm.safetensors");
                if (seed == firstSeed)
                {
                    path = firstModel;
                }
                else
                {
                    TrainingJob.Run(seeded, data, path, threads, quiet, new SpeedTable(), token);
                }

                (double esmm, double truth) = HeldOutScores.Measure(EsmmModel.Load(path), files.HeldOut, token);
                phase.Report(((results.Count * 2.0) + 1) / parts, "seed " + (results.Count + 1) + " of " + plan.Seeds + ", clicked rows only");
                (double clicked, _) = HeldOutScores.Measure(TrainOnClicks(seeded, data, folder, threads, token), files.HeldOut, token);
                results.Add(new SeedResult(seed, truth, esmm, clicked));
            }

            return results;
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    public static void Write(string prefix, IReadOnlyList<SeedResult> results)
    {
        var table = new TextTable(prefix + "How well is pCVR ranked over ALL held-out impressions, clicked or not?", "seed>", "the truth itself>", "ESMM>", "clicked rows only>", "ESMM - clicked>");
        foreach (SeedResult result in results)
        {
            table.Add(Show.Count((long)result.Seed), Show.Metric(result.Truth), Show.Metric(result.Esmm), Show.Metric(result.Clicked), Show.Signed(result.Esmm - result.Clicked));
        }

        var difference = PairedDifference.Of([.. results.Select(result => result.Esmm - result.Clicked)]);
        table.Add("mean", Mean(results, result => result.Truth), Mean(results, result => result.Esmm), Mean(results, result => result.Clicked), Show.Signed(difference.Mean) + " ± " + Show.Metric(difference.Deviation));
        table.Write();
        Console.Out.WriteLine("Expected AUC of a conversion drawn from the true pCVR of every impression, computed from the");
        Console.Out.WriteLine("probabilities (1 is out of reach: the truth itself is the ceiling). ± is the standard deviation");
        Console.Out.WriteLine("over seeds; a seed is a world of its own: another log, other initial weights.");
        Console.Out.WriteLine(Verdict(difference));
        Console.Out.WriteLine();
    }

    public static string Verdict(PairedDifference difference)
    {
        string interval = Show.Signed(difference.Mean) + " ± " + Show.Metric(difference.HalfInterval) + " (95 %, paired, " + difference.Seeds + " seeds)";
        return !difference.IsSupported
            ? "No difference that " + difference.Seeds + " seeds support: " + interval + "."
            : (difference.Mean > 0 ? "ESMM ranks better: " : "The network trained on clicked rows ranks better: ") + interval + ".";
    }

    private static string Mean(IReadOnlyList<SeedResult> results, Func<SeedResult, double> value)
    {
        (double mean, double deviation) = PairedDifference.MeanAndDeviation([.. results.Select(value)]);
        return Show.Metric(mean) + " ± " + Show.Metric(deviation);
    }

    private static EsmmModel TrainOnClicks(EsmmConfig config, PackedData data, string folder, int threads, CancellationToken token)
    {
        TrainingOptions options = config.Training with { Epochs = ClickedEpochs, EarlyStopping = new EarlyStopping("cvr.logLoss", ClickedPatience) };
        EsmmModel model = EsmmModel.Create(data.Space, config.Model);
        var source = new ClickedSource(new ShuffledSource(data.Training, options.Seed), data.Space, data.TrainingCounts.Reached[0]);
        string best = Path.Combine(folder, "clicked.safetensors");
        using var trainer = new Trainer(model, options, threads, new CvrObjective());
        trainer.Fit(source, new SequentialSource(data.Validation!), null, best, token: token);
        return model;
    }
}
