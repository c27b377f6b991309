using EsmmLite.Features;
using EsmmLite.Formats.Delimited;
using EsmmLite.Formats.Packed;
using EsmmLite.Model;
using EsmmLite.Scoring;
using EsmmLite.Training;

namespace EsmmLite.Formats.Tests;

/// <summary>The README's C# code is this code: it stands there letter by letter, and it runs here.</summary>
public class ReadmeTests
{
    private const string Config = """
        {
          "fields": [
            { "name": "user_id", "kind": "hashed", "buckets": 100, "dim": 4, "side": "request" },
            { "name": "brand", "kind": "vocabulary", "dim": 4 },
            { "name": "price", "kind": "numeric", "log": true }
          ],
          "labels": [ { "name": "click" }, { "name": "conversion" } ],
          "towers": { "ctr": [8], "cvr": [8] },
          "training": { "batch": 32, "earlyStopping": { "metric": "ctr.logLoss", "patience": 2 } }
        }
        """;

    private sealed record Item(string Brand, double Price, double Bid);

    [Fact]
    public void TheCodeOfTheReadmeTrainsSavesAndRanks()
    {
        string folder = Directory.CreateTempSubdirectory("readme").FullName;
        string before = Directory.GetCurrentDirectory();
        try
        {
            Directory.SetCurrentDirectory(folder);
            File.WriteAllText("esmm.json", Config);
            File.WriteAllText("a.csv", "user_id,brand,price,click,conversion\n" + string.Concat(Enumerable.Range(0, 200).Select(i => $"u{i % 7},b{i % 5},{i % 11},{(i % 3 == 0 ? 1 : 0)},{(i % 9 == 0 ? 1 : 0)}\n")));
            Train();
            (Prediction[] predictions, Ranked[] best) = Rank([new Item("b1", 3, 1), new Item("b2", 9.5, 1000), new Item("new", 1, 1)]);
            Assert.Equal(3, predictions.Length);
            Assert.All(predictions, p => Assert.InRange(p.PCtcvr, 0f, Math.Min(p.PCtr, p.PCvr)));
            Assert.NotEqual(predictions[0].PCtr, predictions[1].PCtr);
            Assert.Equal(3, best.Length);
            Assert.Equal(new Ranked(1, 1000.0 * predictions[1].PCtcvr), best[0]);
        }
        finally
        {
            Directory.SetCurrentDirectory(before);
            Directory.Delete(folder, recursive: true);
        }
    }

    [Fact]
    public void TheReadmeHoldsThisCode()
    {
        string root = AppContext.BaseDirectory;
        while (!File.Exists(Path.Combine(root, "EsmmLite.sln")))
        {
            root = Path.GetDirectoryName(root)!;
        }

        string readme = File.ReadAllText(Path.Combine(root, "README.md"));
        string[] source = File.ReadAllLines(Path.Combine(root, "tests", "EsmmLite.Formats.Tests", "ReadmeTests.cs"));
        int blocks = 0;
        for (int i = 0; i < source.Length; i++)
        {
            if (source[i].Trim() == "// README")
            {
                string[] block = [.. source.Skip(i + 1).TakeWhile(l => l.Trim() != "// end of README").Select(l => l.Length > 8 ? l[8..] : "")];
                Assert.Contains(string.Join('\n', block), readme);
                blocks++;
            }
        }

        Assert.Equal(2, blocks);
    }

    private static void Train()
    {
        // README
        EsmmConfig config = EsmmConfig.Load("esmm.json");
        using DelimitedLog log = new(["a.csv"]);

        Holdout holdout = Holdout.ByRow(0.1, config.Training.Seed);             // or ByColumn("search_id", ..)
        LogSurvey survey = LogSurvey.Run(log, config.Schema, holdout);          // first pass: vocabularies, means, quantiles
        using PackedParts packed = PackedParts.Pack(log, survey.Space, holdout); // second pass: encoded rows, in temporary files

        EsmmModel model = EsmmModel.Create(survey.Space, config.Model);
        using Trainer trainer = new(model, config.Training);
        trainer.Fit(new ShuffledSource(packed.Training, config.Training.Seed), new SequentialSource(packed.Validation!));
        model.Save("model.safetensors");
        // end of README
    }

    private static (Prediction[] Predictions, Ranked[] Best) Rank(IReadOnlyList<Item> items)
    {
        // README
        EsmmScorer scorer = EsmmScorer.Load("model.safetensors");               // one for all threads
        FieldKey userId = scorer.Field("user_id");
        FieldKey brand = scorer.Field("brand"), price = scorer.Field("price");
        RankingRequest request = scorer.CreateRequest(maxCandidates: 500);      // one a thread, used again and again
        Prediction[] predictions = new Prediction[500];
        double[] bids = new double[500];
        Ranked[] best = new Ranked[10];

        request.Clear();
        request.Set(userId, "u-4711");                                          // once for all candidates
        foreach (Item item in items)
        {
            int candidate = request.AddCandidate();
            request.SetCandidate(candidate, brand, item.Brand);                 // texts, UTF-8, integers, numbers
            request.SetCandidate(candidate, price, item.Price);
            bids[candidate] = item.Bid;
        }

        Span<Prediction> scored = scorer.Score(request, predictions);           // PCtr, PCvr, PCtcvr of each candidate
        int found = Ranking.Top(scored, new ByExpectedValue(bids), best);       // the best by bid · pCTCVR; nothing is allocated
        // end of README
        return (scored.ToArray(), best[..found]);
    }
}
