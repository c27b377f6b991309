using System.Globalization;
using EsmmLite.Features;
using EsmmLite.Model;
using EsmmLite.PeerComparison.Speed.Engines.Onnx;
using EsmmLite.PeerComparison.Speed.Engines.Torch;
using EsmmLite.PeerComparison.Speed.Tasks;
using EsmmLite.Scoring;
using EsmmLite.Training;
using TorchSharp;
using static TorchSharp.torch;

namespace EsmmLite.PeerComparison.Speed.Parity;

/// <summary>Do the engines compute the same? Nothing is compared in speed before they do.</summary>
internal static class ParityCommand
{
    private const int Rows = 1000;
    private const int TrainedSteps = 30;
    private const int ComparedSteps = 10;
    private const double Close = 1e-6;

    // Adam divides by the root of the second moment: it makes a step of full length of a gradient that is rounding alone.
    private const double CloseAfterSteps = 1e-5;

    // bfloat16 keeps 8 bits of each weight: another model, and not held to what two engines of the same model are.
    private const double CloseInBrainFloats = 5e-3;

    /// <summary>Prints versions and a line for each peer; false when one is off.</summary>
    public static bool Run(TextWriter board)
    {
        board.WriteLine($"version TorchSharp {typeof(torch).Assembly.GetName().Version!.ToString(3)}");
        board.WriteLine($"version libtorch {torch.__version__}");
        board.WriteLine($"version ONNX Runtime {OnnxModel.Version}");

        // Some steps of training first: biases begin at zero, and a forgotten one would not show.
        EsmmConfig config = ModelShapes.Config(ModelShape.Article);
        FeatureSpace space = FeatureSpace.FromSchema(config.Schema);
        EsmmModel model = EsmmModel.Create(space, config.Model);
        ImpressionBatch[] batches = Workload.Batches(space, config.Training.Batch);
        Train(model, config.Training, TrainedSteps, step => batches[step % batches.Length]);

        Lines lines = new(board);
        ImpressionBatch rows = Workload.Batches(space, Rows)[0];
        float[] ours = Ours(model, rows);
        TorchIds ids = new(space, rows);
        foreach (TowerForm form in Enum.GetValues<TowerForm>())
        {
            using TorchModel peer = new(space, config, new TorchVariant("", "", true, TableUpdate.GatheredRows, form));
            peer.CopyFrom(model);
            lines.AtMost($"TorchSharp, towers {form}: probabilities of {Rows} rows", Distance(ours, Theirs(peer, ids)), Close);
        }

        using (OnnxModel onnx = new(model, threads: 1))
        {
            lines.AtMost($"ONNX Runtime: probabilities of {Rows} rows", Distance(ours, onnx.Score(rows)), Close);
        }

        lines.AtMost($"EsmmLite, weights in bf16: probabilities of {Rows} rows against its own in float32", Distance(ours, Ours(model, rows, WeightFormat.BFloat16)), CloseInBrainFloats);
        foreach (TaskCase task in TaskList.All(quick: true).Where(task => task.Kind == TaskKind.Request))
        {
            EsmmConfig shape = ModelShapes.Config(task.Model);
            (double request, double encoded) = RequestParity.Distances(EsmmModel.Create(FeatureSpace.FromSchema(shape.Schema), shape.Model), task);
            lines.AtMost($"EsmmLite, {task.Id}: request path against row by row", request, 0);
            lines.AtMost($"EsmmLite, {task.Id}: candidates encoded and projected against row by row", encoded, 0);
        }

        foreach (TorchVariant variant in TorchVariant.Training)
        {
            // With ε and the rate at 1 a first step changes each weight by g / (|g| + 1): the gradient, in one number a weight.
            TrainingOptions gradient = config.Training with { LearningRate = 1, Epsilon = 1 };
            lines.AtMost($"{variant.Id}: change of all weights by one step at rate 1, ε 1", Both(gradient, variant, 1).Weights, Close);
            lines.AtMost($"{variant.Id}: probabilities after {ComparedSteps} steps", Both(config.Training, variant, ComparedSteps).Probabilities, CloseAfterSteps);
        }

        return lines.Passed;

        // One batch for all steps: then every touched row is touched in every step, and dense and lazy Adam are the same.
        (double Weights, double Probabilities) Both(TrainingOptions options, TorchVariant variant, int steps)
        {
            string file = Path.GetTempFileName();
            try
            {
                model.Save(file);
                EsmmModel copy = EsmmModel.Load(file);
                using TorchModel peer = new(space, config, variant);
                peer.CopyFrom(model);
                Train(copy, options, steps, _ => batches[0]);
                using TorchTrainer trainer = new(peer, variant, options);
                TorchIds same = new(space, batches[0]);
                for (int step = 0; step < steps; step++)
                {
                    trainer.Step(same);
                }

                return (peer.DistanceFrom(copy), Distance(Ours(copy, rows), Theirs(peer, ids)));
            }
            finally
            {
                File.Delete(file);
            }
        }
    }

    private static void Train(EsmmModel model, TrainingOptions options, int steps, Func<int, ImpressionBatch> batch)
    {
        using Trainer trainer = new(model, options, threads: 1);
        for (int step = 0; step < steps; step++)
        {
            trainer.Step(batch(step));
        }
    }

    private static float[] Ours(EsmmModel model, ImpressionBatch rows, WeightFormat weights = WeightFormat.Float32)
    {
        EsmmScorer scorer = new(model, new ScorerOptions { Weights = weights });
        Prediction[] predictions = new Prediction[rows.Count];
        scorer.Score(rows, scorer.CreateWorkspace(), predictions);
        return [.. predictions.Select(p => p.PCtr), .. predictions.Select(p => p.PCvr), .. predictions.Select(p => p.PCtcvr)];
    }

    private static float[] Theirs(TorchModel model, TorchIds ids)
    {
        using DisposeScope scope = NewDisposeScope();
        using IDisposable noGrad = no_grad();
        (Tensor ctr, Tensor cvr, Tensor ctcvr) = TorchScoring.Predict(model, ids);
        return cat([ctr, cvr, ctcvr]).data<float>().ToArray();
    }

    private static double Distance(float[] x, float[] y) => x.Zip(y, (a, b) => Math.Abs((double)a - b)).Max();

    private sealed class Lines(TextWriter writer)
    {
        public bool Passed { get; private set; } = true;

        public void AtMost(string what, double value, double limit)
        {
            // Not a number must fail too.
            bool good = value <= limit;
            Passed &= good;
            writer.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{(good ? "ok  " : "FAIL")} {what}: {value:0.0e+00} <= {limit:0e+00}"));
        }
    }
}
