using EsmmLite.Features;
using EsmmLite.Formats.Profiling;

namespace EsmmLite.Formats.Drafting.Rules;

/// <summary>True numbers: as they are or as logarithms, outliers cut; in buckets where the click rate goes up and down with them.</summary>
internal sealed class NumberRule : IColumnRule
{
    private const double IndicatorFrom = 0.005;
    private const double BucketsFrom = 0.03; // AUC
    private const int Buckets = 16;

    public ColumnChoice? Choose(ColumnProfile column, LogProfile log)
    {
        if (!column.IsNumeric || IntegerMeaning.IsCode(column, out string meaning))
        {
            return null;
        }

        Side side = Sides.Of(column, log, out string whySide);
        string why = Say.Number(column.Low) + " to " + Say.Number(column.High) + ": " + meaning;
        NumericField field = new() { Name = column.Name, Side = side };
        if (column.Click is { Order: { } order } click && click.Values - order > BucketsFrom)
        {
            field = field with { Buckets = Buckets, Dim = EmbeddingDim.Of(Buckets, log.Clicks) };
            why += FormattableString.Invariant($"; the click rate goes up and down with them (AUC {click.Values:F2} in buckets, {order:F2} in order)");
        }
        else
        {
            field = Shape(field, column, ref why);
        }

        return new ColumnChoice(column, "number", field, why + whySide + LeakRule.Suspicion(column));
    }

    private static NumericField Shape(NumericField field, ColumnProfile column, ref string why)
    {
        (double? low, double? high) = NumberShape.Clip(column);
        bool log = NumberShape.IsHeavyTailed(column), indicator = column.MissingShare >= IndicatorFrom;
        why += log ? "; a long upper tail: logarithm" : "";
        why += low is not null || high is not null ? "; clipped where single values lie far out" : "";
        why += indicator ? "; missing in " + Say.Share(column.MissingShare) + " of the rows" : "";
        return field with { ClipLow = low, ClipHigh = high, Log = log, MissingIndicator = indicator };
    }
}
