using System.Diagnostics;
using EsmmLite.Experiments.PaperBench;
using EsmmLite.Features;
using EsmmLite.Scoring;
using EsmmLite.Training;

namespace EsmmLite.Experiments.FamilyBench;

/// <summary>
/// What a variant costs beside the plain model: both in one process, on one thread, on the same batches, one right before and right after the
/// other, in short rounds. What else runs on a machine can only slow a round down, so each time is that of its fastest round.
/// </summary>
internal static class FamilySpeed
{
    /// <summary>Time of a training step over the plain model's.</summary>
    public const string TrainingTime = "trainingTime";

    /// <summary>Time of scoring over the plain model's.</summary>
    public const string ScoringTime = "scoringTime";

    /// <summary>Impressions trained on a second.</summary>
    public const string TrainingRate = "trainingRate";

    /// <summary>Impressions scored a second.</summary>
    public const string ScoringRate = "scoringRate";

    /// <summary>Weights, of tables and towers.</summary>
    public const string Parameters = "parameters";

    private const int Batches = 8;
    private const int WarmUp = 6;
    private const double RoundMilliseconds = 3;

    /// <summary>Measures variants one after another.</summary>
    /// <param name="logs">The log.</param>
    /// <param name="variants">The variants.</param>
    /// <param name="rounds">Rounds of each.</param>
    /// <param name="done">Told the figures of each when it is measured.</param>
    /// <param name="token">Stops between two rounds.</param>
    public static void Measure(FamilyLogs logs, IReadOnlyList<FamilyVariant> variants, int rounds, Action<FamilyVariant, IReadOnlyDictionary<string, double>> done, CancellationToken token)
    {
        foreach (FamilyVariant variant in variants)
        {
            // Begun anew beside each: one that went on learning the same few batches through all variants was seen to slow down by a fifth.
            using Rig plain = new(logs, FamilyVariants.Plain);
            using Rig rig = new(logs, variant);
            double training = double.PositiveInfinity, scoring = training, plainTraining = training, plainScoring = training;
            for (int round = 0; round < rounds; round++)
            {
                token.ThrowIfCancellationRequested();
                plainTraining = Math.Min(plainTraining, plain.Train());
                training = Math.Min(training, rig.Train());
                plainScoring = Math.Min(plainScoring, plain.Score());
                scoring = Math.Min(scoring, rig.Score());
            }

            done(variant, new Dictionary<string, double>
            {
                [Parameters] = rig.Parameters,
                [TrainingTime] = training / plainTraining,
                [ScoringTime] = scoring / plainScoring,
                [TrainingRate] = 1 / training,
                [ScoringRate] = 1 / scoring,
            });
        }
    }

    /// <summary>A variant's networks with trainers, scorers and batches.</summary>
    private sealed class Rig : IDisposable
    {
        private readonly List<Network> _networks = [];
        private readonly int _steps, _scorings;

        public Rig(FamilyLogs logs, FamilyVariant variant)
        {
            foreach (FamilyNetwork network in logs.Networks(variant, 1))
            {
                Trainer trainer = network.CreateTrainer();
                MemorySource source = network.Training();
                ImpressionBatch[] batches = [.. Enumerable.Range(0, Batches).Select(_ => network.Model.Space.CreateBatch(trainer.Options.Batch))];
                source.StartEpoch(0);
                foreach (ImpressionBatch batch in batches)
                {
                    if (!source.Fill(batch))
                    {
                        // Fewer impressions than batches want: over again.
                        source.StartEpoch(0);
                        source.Fill(batch);
                    }
                }

                Parameters += network.Model.EmbeddingParameters + network.Model.TowerParameters;
                EsmmScorer scorer = new(network.Model);
                _networks.Add(new Network(trainer, scorer, scorer.CreateWorkspace(), batches, new Prediction[trainer.Options.Batch], source.Rows / (double)logs.Log(1).Training.Count));
            }

            // As many steps as take a time that a clock can measure, and short enough for some rounds to be left in peace.
            _steps = _scorings = WarmUp;
            Train();
            Score();
            _steps = Times(_steps, Train());
            _scorings = Times(_scorings, Score());
        }

        public double Parameters { get; }

        /// <summary>Seconds an impression of the log: a network that sees clicked ones only takes its share.</summary>
        public double Train()
        {
            double seconds = 0;
            foreach (Network n in _networks)
            {
                long begun = Stopwatch.GetTimestamp(), rows = 0;
                for (int step = 0; step < _steps; step++)
                {
                    ImpressionBatch batch = n.Batches[step % Batches];
                    n.Trainer.Step(batch);
                    rows += batch.Count;
                }

                seconds += Stopwatch.GetElapsedTime(begun).TotalSeconds / rows * n.Share;
            }

            return seconds;
        }

        /// <summary>Seconds an impression.</summary>
        public double Score()
        {
            double seconds = 0;
            foreach (Network n in _networks)
            {
                long begun = Stopwatch.GetTimestamp(), rows = 0;
                for (int step = 0; step < _scorings; step++)
                {
                    ImpressionBatch batch = n.Batches[step % Batches];
                    n.Scorer.Score(batch, n.Workspace, n.Predictions);
                    rows += batch.Count;
                }

                seconds += Stopwatch.GetElapsedTime(begun).TotalSeconds / rows;
            }

            return seconds;
        }

        public void Dispose()
        {
            foreach (Network n in _networks)
            {
                n.Trainer.Dispose();
            }
        }

        private int Times(int steps, double secondsAnImpression) =>
            Math.Clamp((int)(RoundMilliseconds / 1000 / (secondsAnImpression * _networks[0].Batches[0].Count)), 1, 10_000);

        private sealed record Network(Trainer Trainer, EsmmScorer Scorer, ScoringWorkspace Workspace, ImpressionBatch[] Batches, Prediction[] Predictions, double Share);
    }
}
