using EsmmLite.Cli.Terminal;
using EsmmLite.Features;
using EsmmLite.Formats.Delimited;
using EsmmLite.Scoring;

namespace EsmmLite.Cli.Demo;

/// <summary>One ranking request: the user and context of the first held-out impression, and items as candidates.</summary>
internal static class DemoRanking
{
    private const int Shown = 10;

    public static void Run(string prefix, string modelPath, DemoLog log, int candidates)
    {
        EsmmScorer scorer = EsmmScorer.Load(modelPath);
        Field[] fields = [.. scorer.Space.Schema.Fields];
        FieldKey[] keys = [.. fields.Select(field => scorer.Field(field.Name))];
        RankingRequest request = scorer.CreateRequest(candidates);
        var seen = new Dictionary<string, int>(StringComparer.Ordinal);
        List<string> shared = [];
        List<string[]> items = [];
        using var heldOut = new DelimitedLog([log.HeldOut]);
        using DelimitedReader reader = heldOut.Open(fields.Select(field => field.Column));
        request.Clear();
        while (items.Count < candidates && reader.Read())
        {
            if (items.Count == 0)
            {
                for (int i = 0; i < fields.Length; i++)
                {
                    if (fields[i].Side == Side.Request)
                    {
                        request.Set(keys[i], reader.Value(i));
                        shared.Add(fields[i].Name + " " + reader.Value(i).ToString());
                    }
                }
            }

            int item = Array.FindIndex(fields, field => field.Name == "item_id");
            if (!seen.TryAdd(reader.Value(item).ToString(), items.Count))
            {
                continue;
            }

            int candidate = request.AddCandidate();
            List<string> values = [];
            for (int i = 0; i < fields.Length; i++)
            {
                if (fields[i].Side == Side.Candidate)
                {
                    request.SetCandidate(candidate, keys[i], reader.Value(i));
                    values.Add(reader.Value(i).ToString());
                }
            }

            items.Add([.. values]);
        }

        var predictions = new Prediction[items.Count];
        scorer.Score(request, predictions);
        var top = new Ranked[Math.Min(Shown, items.Count)];
        Ranking.Top(predictions, default(ByPCtcvr), top);
        Write(prefix + "One request (" + string.Join(", ", shared) + ") and " + Show.Count(items.Count) + " candidates, the best by pCTCVR", items, predictions, top);
    }

    private static void Write(string title, List<string[]> items, Prediction[] predictions, Ranked[] top)
    {
        var table = new TextTable(title, "rank>", "item", "category", "price>", "pCTR>", "pCVR>", "pCTCVR>");
        for (int rank = 0; rank < top.Length; rank++)
        {
            int i = top[rank].Candidate;
            table.Add(Show.Count(rank + 1), items[i][0], items[i][1], items[i][2], Show.Probability(predictions[i].PCtr), Show.Probability(predictions[i].PCvr), Show.Probability(predictions[i].PCtcvr));
        }

        table.Write();
    }
}
