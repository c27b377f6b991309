using EsmmLite.Formats.Profiling;

namespace EsmmLite.Formats.Drafting.Rules;

/// <summary>Where no group was named: many values, each in one short run of rows, look like the id of a request, a search or a session.</summary>
internal sealed class RequestIdRule : IColumnRule
{
    private const long FewestValues = 100;
    private const double MostRunsOfValue = 1.02;
    private const double FewestRows = 2, MostRows = 1000; // of a value

    public ColumnChoice? Choose(ColumnProfile column, LogProfile log)
    {
        double rows = column.Present / (double)Math.Max(column.Distinct, 1);
        bool isId = !column.IsNumeric || IntegerMeaning.IsCode(column, out _);
        return log.Options.Group is null && isId && column.Distinct >= FewestValues && column.Runs <= MostRunsOfValue * column.Distinct && rows is >= FewestRows and <= MostRows
            ? ColumnChoice.LeaveOut(column, "request id", Say.Distinct(column) + " values, each in one run of about " + Say.Number(rows) + " rows: if it identifies a request, a search or a session, name it with --group") with { NeedsALook = true }
            : null;
    }
}
