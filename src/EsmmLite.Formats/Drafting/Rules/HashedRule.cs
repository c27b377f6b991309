using EsmmLite.Features;
using EsmmLite.Formats.Profiling;

namespace EsmmLite.Formats.Drafting.Rules;

/// <summary>Ids in such numbers that listing them would cost more memory than it is worth: everything that no other rule has taken.</summary>
internal sealed class HashedRule : IColumnRule
{
    private const double BucketsOfValue = 2;
    private const double MostBuckets = 20_000_000;

    public ColumnChoice? Choose(ColumnProfile column, LogProfile log)
    {
        Side side = Sides.Of(column, log, out string whySide);
        double buckets = Math.Min(Say.RoundUp(BucketsOfValue * column.Distinct), MostBuckets);
        double shared = 1 - Math.Exp(-column.Distinct / buckets);
        HashedField field = new() { Name = column.Name, Side = side, Buckets = (int)buckets, Dim = EmbeddingDim.Of(column.Distinct, log.Clicks), Integer = column.IsInteger };
        return new ColumnChoice(column, "id", field, Say.Distinct(column) + " values, more than a vocabulary should list: hashed; " + Say.Share(shared) + " of them share a bucket" + whySide + LeakRule.Suspicion(column));
    }
}
