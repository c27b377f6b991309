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
          "training": { "batch": 32 }
        }
        """;

    private sealed record Item(string Brand, double Price);

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
            Prediction[] ranked = Rank([new Item("b1", 3), new Item("b2", 9.5), new Item("new", 1)]);
            Assert.All(ranked, p => Assert.InRange(p.PCtcvr, 0f, Math.Min(p.PCtr, p.PCvr)));
            Assert.NotEqual(ranked[0].PCtr, ranked[1].PCtr);
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

        LogSurvey survey = LogSurvey.Run(log, config.Schema);                   // first pass: vocabularies, means, quantiles
        using PackedParts packed = PackedParts.Pack(log, survey.Space);         // second pass: encoded rows, in a temporary file

        EsmmModel model = EsmmModel.Create(survey.Space, config.Model);
        using Trainer trainer = new(model, config.Training);
        trainer.Fit(new ShuffledSource(packed.Training, config.Training.Seed));
        model.Save("model.safetensors");
        // end of README
    }

    private static Prediction[] Rank(IReadOnlyList<Item> items)
    {
        // README
        EsmmScorer scorer = EsmmScorer.Load("model.safetensors");               // one for all threads
        RankingRequest request = scorer.CreateRequest(maxCandidates: 500);      // one a thread, used again and again
        Prediction[] predictions = new Prediction[500];

        request.Clear();
        request.Set("user_id", "u-4711");                                       // once for all candidates
        foreach (Item item in items)
        {
            int candidate = request.AddCandidate();
            request.SetCandidate(candidate, "brand", item.Brand);
            request.SetCandidate(candidate, "price", item.Price);
        }

        scorer.Score(request, predictions);                                     // PCtr, PCvr, PCtcvr; nothing is allocated
        // end of README
        return predictions[..items.Count];
    }
}
