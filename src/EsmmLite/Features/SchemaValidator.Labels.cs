using EsmmLite.Diagnostics;

namespace EsmmLite.Features;

// Label stages and times.
public static partial class SchemaValidator
{
    private static void CheckLabels(Schema schema, List<SchemaFault> faults)
    {
        Demand(schema.Labels.Count >= 2, "labels", schema.Labels.Count + " where at least 2 stages were expected: click, then conversion", faults);
        for (int i = 0; i < schema.Labels.Count; i++)
        {
            LabelStage label = schema.Labels[i];
            string path = At("labels", i);
            CheckName(label.Name, path + ".name", schema.Labels.Take(i).Select(other => other.Name), faults);
            Demand(label.Column.Length > 0 || label.Name.Length == 0, path + ".column", "is empty", faults);
            Demand(label.In is not { Count: 0 }, path + ".in", "is an empty list; no text would count as 1", faults);
            bool same = label.Column.Length > 0 && schema.Labels.Take(i).Any(other => other.Column == label.Column && (other.In is null) == (label.In is null) && (label.In is null || label.In.SequenceEqual(other.In!)));
            Demand(!same, path + ".column", "is the same label as an earlier stage", faults);
            CheckLabelTime(schema, label, path, faults);
            Demand(!(label.BinariseCounts && label.In is not null), path + ".counts", "has no effect on a list of texts; leave \"counts\" or \"in\" out", faults);
            for (int f = 0; f < schema.Fields.Count; f++)
            {
                string column = schema.Fields[f].Column;
                Demand(column != label.Column || column.Length == 0, At("fields", f) + ".column", "the label column " + ErrorText.Quote(column) + " can't be a feature: the answer would be among the inputs", faults);
                Demand(column != label.TimeColumn || column.Length == 0, At("fields", f) + ".column", "the time of a label, " + ErrorText.Quote(column) + ", can't be a feature: it tells the answer", faults);
            }
        }
    }

    private static void CheckLabelTime(Schema schema, LabelStage label, string path, List<SchemaFault> faults)
    {
        Demand(label.TimeColumn is not { Length: 0 }, path + ".timeColumn", "is empty", faults);
        Demand(label.TimeColumn is null || schema.Time is not null, path + ".timeColumn", "needs \"time\" at the top of the config: the time of the impression, and how times are written", faults);
        Demand(label.Window is null || label.TimeColumn is not null, path + ".window", "needs \"timeColumn\": when the " + label.Name + " happened", faults);
        bool whole = label.Window is not { } window || window > TimeSpan.Zero && window.Ticks % TimeSpan.TicksPerSecond == 0;
        Demand(whole, path + ".window", label.Window + " where whole seconds above 0 were expected", faults);
    }

    private static void CheckTime(Schema schema, List<SchemaFault> faults)
    {
        if (schema.Time is not { } time)
        {
            return;
        }

        Demand(time.Column.Length > 0, "time.column", "is empty", faults);
        Demand(schema.Labels.All(label => label.Column != time.Column), "time.column", "is the column of a label", faults);
        Demand(time.Zone is not { Length: 0 }, "time.zone", "is empty", faults);
        Demand(time.Zone is null || time.Format == TimeFormat.Iso, "time.zone", "has no effect on seconds since 1970, which are UTC; leave it out", faults);
    }
}
