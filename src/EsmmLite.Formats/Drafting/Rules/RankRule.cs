using EsmmLite.Features;
using EsmmLite.Formats.Profiling;

namespace EsmmLite.Formats.Drafting.Rules;

/// <summary>
/// The place on the page says much about the click and is not known before the ranking is made: trained on as it was, so that other
/// fields need not explain it, and the same for all when serving.
/// </summary>
internal sealed class RankRule : IColumnRule
{
    private const double MostPlaces = 1000;
    private const double MostRepeats = 0.02;
    private const int MostBuckets = 12;

    public ColumnChoice? Choose(ColumnProfile column, LogProfile log)
    {
        if (!IsRank(column, log))
        {
            return null;
        }

        int buckets = (int)Math.Min(column.Distinct, MostBuckets);
        NumericField field = new() { Name = column.Name, Side = Side.Candidate, Buckets = buckets, Dim = EmbeddingDim.Of(buckets, log.Clicks), FixedAtServing = Say.Number(column.Low) };
        string why = "the place on the page, only known once the ranking is made" + (log.Groups > 0 ? " (each value once in a group)" : "") + ": trained on as logged, every score is that of place " + field.FixedAtServing;
        return new ColumnChoice(column, "place on page", field, why) { NeedsALook = true };
    }

    private static bool IsRank(ColumnProfile column, LogProfile log)
        => ColumnNames.SoundsLikeRank(column.Name) && column.IsInteger && column.Low >= 0 && column.High <= MostPlaces
            && (log.Groups == 0 || column.RepeatsInGroups <= MostRepeats * log.Groups * log.RowsOfGroup);
}
