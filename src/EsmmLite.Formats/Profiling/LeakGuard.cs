using EsmmLite.Features;
using EsmmLite.Formats.Delimited;
using EsmmLite.Formats.Drafting.Rules;

namespace EsmmLite.Formats.Profiling;

/// <summary>A field that alone tells a label nearly for certain: it was most likely written after the label was known.</summary>
/// <param name="Field">The field's name.</param>
/// <param name="Column">Its column.</param>
/// <param name="Reason">How it tells.</param>
public sealed record LeakFinding(string Field, string Column, string Reason)
{
    /// <summary>A sentence about it.</summary>
    public override string ToString() => "Field \"" + Field + "\"" + (Column == Field ? "" : " (column \"" + Column + "\")") + " probably gives the answer away: " + Reason + ". Was it known before the click?";
}

/// <summary>Looks at the first rows of a log for fields that give a label away.</summary>
public static class LeakGuard
{
    /// <summary>Rows that are looked at.</summary>
    public const int Rows = 50_000;

    /// <summary>Checks the fields of a schema, each by itself.</summary>
    /// <param name="log">The log; read from its beginning, so standard input won't do.</param>
    /// <param name="schema">What its columns mean.</param>
    /// <param name="conversionStage">The label that is the conversion: <see cref="Model.ModelOptions.ConversionStage"/>.</param>
    /// <param name="served">Whether only fields count whose value is known when serving.</param>
    /// <param name="cancellation">Stops it.</param>
    /// <returns>The fields found. None where the log can't be read: whoever reads it whole will say why.</returns>
    public static IReadOnlyList<LeakFinding> Run(DelimitedLog log, Schema schema, int conversionStage = 1, bool served = false, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(log);
        ArgumentNullException.ThrowIfNull(schema);
        Field[] fields = [.. schema.Fields.Where(field => !(served && field.FixedAtServing is not null))];
        try
        {
            var options = new LogProfileOptions { Click = RuleOf(schema.Labels[0]), Conversion = RuleOf(schema.Labels[conversionStage]), Rows = Rows };
            using var first = new DelimitedLog(log.Files, log.Options with { Quarantine = null }); // bad rows are for whoever reads it whole
            LogProfile profile = LogProfiler.Run(first, options, null, cancellation);
            var columns = profile.Columns.ToDictionary(column => column.Name);
            return [.. fields.Where(field => columns.ContainsKey(field.Column)).Select(field => (field, LeakRule.Find(columns[field.Column]))).Where(pair => pair.Item2 is not null)
                .Select(pair => new LeakFinding(pair.field.Name, pair.field.Column, pair.Item2!))];
        }
        catch (EsmmException)
        {
            return [];
        }
    }

    private static LabelRule RuleOf(LabelStage stage) => stage switch
    {
        { In: { } texts } => new LabelRule(stage.Column, texts),
        { BinariseCounts: true } => new LabelRule(stage.Column, ["0", ""], IsExclusion: true),
        _ => new LabelRule(stage.Column),
    };
}
