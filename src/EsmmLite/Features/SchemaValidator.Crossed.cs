using EsmmLite.Diagnostics;

namespace EsmmLite.Features;

// Crosses of raw values.
public static partial class SchemaValidator
{
    private static void CheckCrossed(Schema schema, CrossedField crossed, string path, List<SchemaFault> faults)
    {
        Demand(crossed.Buckets >= 1, path + ".buckets", crossed.Buckets + " where at least 1 was expected", faults);
        CheckDim(crossed.Dim, path, faults);
        Demand(crossed.Of.Count >= 2, path + ".of", "names " + crossed.Of.Count + " fields where two or more were expected", faults);
        Demand(crossed.Of.Distinct(StringComparer.Ordinal).Count() == crossed.Of.Count, path + ".of", "names a field twice", faults);
        Demand(crossed.FixedAtServing is null, path + ".serve", "a cross has no value of its own; leave this out", faults);
        Demand(crossed.List is null, path + ".list", "a cross has no value of its own; leave this out", faults);
        Demand(crossed.Shares is null, path + ".shares", "a cross has a table of its own; leave this out", faults);
        Demand(!crossed.Separate, path + ".separate", "a cross can't be separate; leave this out", faults);
        foreach (string name in crossed.Of)
        {
            if (Named(schema, name, path + ".of", faults) is not { } part)
            {
                continue;
            }

            string field = "field " + ErrorText.Quote(name);
            Demand(part is HashedField or VocabularyField or UnreadField, path + ".of", field + " is neither hashed nor a vocabulary", faults);
            Demand(part.List is null, path + ".of", field + " is a list, and only single values are crossed", faults);
            Demand(part.FixedAtServing is null, path + ".of", field + " is fixed when serving, and can't be crossed", faults);
        }
    }
}
