using EsmmLite.Formats.Delimited;
using EsmmLite.Formats.Packed;
using EsmmLite.Layers;
using EsmmLite.Model;
using EsmmLite.Training;

namespace EsmmLite.Formats.Tests;

/// <summary>The code of docs/own-objective.md is this code: it stands there letter by letter, and it runs here.</summary>
public class OwnObjectiveTests
{
    private const string Config = """
        {
          "fields": [ { "name": "user_id", "kind": "hashed", "buckets": 100, "dim": 4 }, { "name": "brand", "kind": "vocabulary", "dim": 4 } ],
          "labels": [ { "name": "click" }, { "name": "conversion" } ],
          "towers": { "ctr": [8], "cvr": [8] },
          "training": { "batch": 64, "epochs": 8, "learningRate": 0.01 }
        }
        """;

    // docs
    /// <summary>ESMM's two losses, and a third: the CVR tower alone on the clicked rows, times lambda.</summary>
    public sealed class EsmmWithClicked(double lambda) : Objective
    {
        public override IReadOnlyList<string> Losses { get; } = ["ctr", "ctcvr", "cvr"];

        public override void Slopes(in ObjectiveRows rows)
        {
            ReadOnlySpan<float> a = rows.Logits(0), b = rows.Logits(1);              // of the CTR and the CVR tower
            ReadOnlySpan<byte> click = rows.Labels(0), conversion = rows.Labels(1);  // the second only where the first
            double ctrScale = Scale(rows, 0), ctcvrScale = Scale(rows, 1), cvrScale = lambda * Scale(rows, 2);
            for (int r = 0; r < rows.Count; r++)
            {
                bool y = click[r] != 0, z = conversion[r] != 0;

                // The losses of the row: their weights belong to the slopes only.
                rows.Loss(0)[r] = SigmoidProduct.CtrLoss(a[r], y);
                rows.Loss(1)[r] = SigmoidProduct.CtcvrLoss(a[r], b[r], z);
                rows.Loss(2)[r] = y ? SigmoidProduct.CtrLoss(b[r], z) : 0;

                // Their derivatives by a and by b, added in double and rounded once.
                SigmoidProduct.CtcvrSlopes(a[r], b[r], z, out double dA, out double dB);
                double ctcvr = ctcvrScale * rows.Weight(1)[r];
                double ofA = (ctrScale * rows.Weight(0)[r] * SigmoidProduct.CtrSlope(a[r], y)) + (ctcvr * dA);
                double ofB = (ctcvr * dB) + (y ? cvrScale * rows.Weight(2)[r] * SigmoidProduct.CtrSlope(b[r], z) : 0);
                rows.DLogits(0)[r] = (float)ofA;
                rows.DLogits(1)[r] = (float)ofB;
            }
        }

        // A loss is the mean over the rows of the batch that count for it.
        private static double Scale(in ObjectiveRows rows, int loss) => rows.Kept(loss) == 0 ? 0 : 1.0 / rows.Kept(loss);
    }
    // end of docs

    [Fact]
    public void ItsSlopesAreItsDerivatives()
    {
        // docs
        double worst = GradientCheck.WorstSlope(new EsmmWithClicked(0.3), lossWeights: [1, 1, 0.3]);
        // end of docs
        Assert.InRange(worst, 0, 2e-5);

        // The check has teeth: with another lambda it fails.
        Assert.True(GradientCheck.WorstSlope(new EsmmWithClicked(0.3), [1, 1, 0.4]) > 0.01);
    }

    [Fact]
    public void ItTrains()
    {
        string folder = Directory.CreateTempSubdirectory("own-objective").FullName;
        try
        {
            string path = Path.Combine(folder, "a.csv");
            File.WriteAllText(path, "user_id,brand,click,conversion\n" + string.Concat(Enumerable.Range(0, 1200).Select(i => $"u{i % 7},b{i % 5},{(i % 5 < 3 ? 1 : 0)},{(i % 5 < 3 && i % 7 < 2 ? 1 : 0)}\n")));
            (TrainingResult with, EsmmModel model) = Train(path, 0.3);
            Assert.Equal(["ctr", "ctcvr", "cvr"], with.Epochs[0].Losses.Select(l => l.Name));
            Assert.All(Enumerable.Range(0, 3), l => Assert.True(with.Epochs[^1].Losses[l].Value < 0.6 * with.Epochs[0].Losses[l].Value, $"{l}: {with.Epochs[^1].Losses[l]}"));

            // Without the third loss the CVR tower learns another thing; with it, the same to the bit when trained again.
            Assert.Equal(model.Towers.Parameters.ToArray(), Train(path, 0.3).Model.Towers.Parameters.ToArray());
            Assert.NotEqual(model.Towers.Parameters.ToArray(), Train(path, 0).Model.Towers.Parameters.ToArray());
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    [Fact]
    public void TheTutorialHoldsThisCode()
    {
        string root = AppContext.BaseDirectory;
        while (!File.Exists(Path.Combine(root, "EsmmLite.sln")))
        {
            root = Path.GetDirectoryName(root)!;
        }

        string tutorial = File.ReadAllText(Path.Combine(root, "docs", "own-objective.md"));
        string[] source = File.ReadAllLines(Path.Combine(root, "tests", "EsmmLite.Formats.Tests", "OwnObjectiveTests.cs"));
        int blocks = 0;
        for (int i = 0; i < source.Length; i++)
        {
            if (source[i].Trim() == "// docs")
            {
                int indent = source[i].Length - source[i].TrimStart().Length;
                string[] block = [.. source.Skip(i + 1).TakeWhile(l => l.Trim() != "// end of docs").Select(l => l.Length > indent ? l[indent..] : "")];
                Assert.Contains(string.Join('\n', block), tutorial, StringComparison.Ordinal);
                blocks++;
            }
        }

        Assert.Equal(3, blocks);
    }

    private static (TrainingResult Result, EsmmModel Model) Train(string path, double lambda)
    {
        EsmmConfig config = EsmmConfig.Parse(Config, "config");
        using DelimitedLog log = new([path]);
        LogSurvey survey = LogSurvey.Run(log, config.Schema);
        using PackedParts packed = PackedParts.Pack(log, survey.Space);

        // docs
        EsmmModel model = EsmmModel.Create(survey.Space, config.Model);
        using Trainer trainer = new(model, config.Training, objective: new EsmmWithClicked(lambda));
        TrainingResult result = trainer.Fit(new ShuffledSource(packed.Training, config.Training.Seed));
        // end of docs
        return (result, model);
    }
}
