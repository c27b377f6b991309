using EsmmLite.Diagnostics;

namespace EsmmLite.Features;

// Fields of several values.
public static partial class SchemaValidator
{
    /// <summary>The most values that all lists of an impression keep together: a batch has room for all of them.</summary>
    internal const int MostListValues = 65_536;

    private static void CheckLists(Schema schema, List<SchemaFault> faults)
    {
        long values = schema.Fields.Sum(field => (long)(field.List?.MaxValues ?? 0));
        Demand(values <= MostListValues, "fields", "their lists keep " + values + " values together where at most " + MostListValues + " were expected; lower maxValues", faults);
        for (int i = 0; i < schema.Fields.Count; i++)
        {
            Field field = schema.Fields[i];
            string path = At("fields", i) + ".list";
            if (field.List is not { } list)
            {
                continue;
            }

            Demand(field is not NumericField, path, "a number has no list; give the field the kind \"hashed\" or \"vocabulary\"", faults);
            Demand(!field.Separate, path, "a list can't be separate; leave one of the two out", faults);
            Demand(field.FixedAtServing is null, path, "a list can't be fixed when serving; leave one of the two out", faults);
            Demand(list.Separator.Length > 0, path + ".separator", "is empty", faults);
            Demand(list.WeightSeparator is not { Length: 0 }, path + ".weights", "is empty", faults);
            bool apart = list.WeightSeparator is not { Length: > 0 } weights || list.Separator.Length == 0 || (!weights.Contains(list.Separator, StringComparison.Ordinal) && !list.Separator.Contains(weights, StringComparison.Ordinal));
            Demand(apart, path + ".weights", "can't be told from the separator", faults);
            Demand(list.WeightSeparator is null || !list.WeightSeparator.Any(c => char.IsAsciiDigit(c) || c is '.' or '-' or '+' or 'e' or 'E'), path + ".weights", ErrorText.Quote(list.WeightSeparator ?? "") + " may stand within a number", faults);
            Demand(list.MaxValues is >= 1 and <= ListOptions.MostValues, path + ".maxValues", list.MaxValues + " where 1 to " + ListOptions.MostValues + " was expected", faults);
        }
    }
}
