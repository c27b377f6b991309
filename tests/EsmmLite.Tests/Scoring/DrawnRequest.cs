using EsmmLite.Features;
using EsmmLite.Kernels;
using EsmmLite.Scoring;

namespace EsmmLite.Tests.Scoring;

/// <summary>A request of random texts, and the same impressions as a batch.</summary>
internal static class DrawnRequest
{
    /// <summary>Fills a request; a tenth of the texts is missing.</summary>
    /// <returns>Its candidates with the request's fields in every row.</returns>
    internal static ImpressionBatch Fill(EsmmScorer scorer, RankingRequest request, int rows, ulong seed)
    {
        FeatureSpace space = scorer.Space;
        SplitMix random = new(seed);
        ImpressionBatch batch = space.CreateBatch(rows);
        batch.Count = rows;
        request.Clear();
        for (int f = 0; f < space.Encoders.Count; f++)
        {
            for (int r = 0; r < rows; r++)
            {
                space.EncodeMissing(f, batch, r);
            }
        }

        for (int r = 0; r < rows; r++)
        {
            request.AddCandidate();
        }

        for (int f = 0; f < space.Encoders.Count; f++)
        {
            if (space.IsDerived(f))
            {
                continue;
            }

            FieldKey key = scorer.Field(space.Schema.Fields[f].Name);
            bool shared = space.Schema.Fields[f].Side == Side.Request, categorical = space.Encoders[f].Dim > 0;
            string text = "";
            for (int r = 0; r < rows; r++)
            {
                bool missing = random.NextBelow(10) == 0;
                string drawn = space.Schema.Fields[f].List is { } list ? ListText.Draw(list, ref random) : categorical ? "v" + random.NextBelow(500) : (random.NextBelow(2000) / 1000.0).ToString(System.Globalization.CultureInfo.InvariantCulture);
                text = shared && r > 0 ? text : missing ? "" : drawn;
                space.Encode(f, text, batch, r);
                if (!shared)
                {
                    request.SetCandidate(r, key, text);
                }
            }

            if (shared)
            {
                request.Set(key, text);
            }
        }

        return batch;
    }
}
