using EsmmLite.Diagnostics;

namespace EsmmLite.Features;

// Behaviour sequences.
public static partial class SchemaValidator
{
    private static void CheckSequences(Schema schema, List<SchemaFault> faults)
    {
        for (int i = 0; i < schema.Sequences.Count; i++)
        {
            Sequence sequence = schema.Sequences[i];
            string path = At("sequences", i);
            CheckName(sequence.Name, path + ".name", schema.Sequences.Take(i).Select(other => other.Name), faults);
            Demand(sequence.Actions.Count > 0, path + ".actions", "is empty", faults);
            Demand(sequence.Actions.Count == sequence.Candidate.Count, path + ".candidate", "names " + sequence.Candidate.Count + " fields where each of the " + sequence.Actions.Count + " lists needs one", faults);
            Demand(sequence.Actions.Distinct(StringComparer.Ordinal).Count() == sequence.Actions.Count, path + ".actions", "names a list twice", faults);
            Field?[] actions = [.. sequence.Actions.Select(name => Named(schema, name, path + ".actions", faults))];
            Field?[] candidate = [.. sequence.Candidate.Select(name => Named(schema, name, path + ".candidate", faults))];
            foreach (Field action in actions.OfType<Field>())
            {
                string name = "field " + ErrorText.Quote(action.Name);
                Demand(action.List is not null, path + ".actions", name + " is no list; give it a \"list\"", faults);
                Demand(action.List?.WeightSeparator is null, path + ".actions", name + " has weights; attention weighs the actions itself", faults);
                Demand(!schema.Sequences.Take(i).Any(other => other.Actions.Contains(action.Name, StringComparer.Ordinal)), path + ".actions", name + " is in a sequence already", faults);
            }

            foreach (Field field in candidate.OfType<Field>())
            {
                string name = "field " + ErrorText.Quote(field.Name);
                Demand(field.List is null && field is not CrossedField && DimOf(field) is not null, path + ".candidate", name + " has no single embedding", faults);
                Demand(!field.Separate, path + ".candidate", name + " is separate; leave one of the two out", faults);
            }

            CheckShape(actions, candidate, path, faults);
        }
    }

    private static void CheckShape(Field?[] actions, Field?[] candidate, string path, List<SchemaFault> faults)
    {
        Field[] lists = [.. actions.OfType<Field>()], others = [.. candidate.OfType<Field>()];
        foreach ((Field? list, Field? field) in actions.Zip(candidate))
        {
            bool same = list is null || field is null || DimOf(list) is not { } one || DimOf(field) is not { } two || one == two;
            Demand(same, path, "compares dim " + DimOf(list) + " of field " + ErrorText.Quote(list?.Name ?? "") + " with dim " + DimOf(field) + " of field " + ErrorText.Quote(field?.Name ?? ""), faults);
        }

        Demand(lists.Select(list => list.List?.MaxValues).Distinct().Count() <= 1, path + ".actions", "the lists keep different numbers of values; give them the same maxValues", faults);
        Demand(lists.Select(list => list.List?.Keep).Distinct().Count() <= 1, path + ".actions", "one list keeps its first values and another its last", faults);
        Demand(lists.Select(list => list.Side).Distinct().Count() <= 1, path + ".actions", "the lists are on different sides", faults);
        Demand(others.Select(field => field.Side).Distinct().Count() <= 1, path + ".candidate", "the fields are on different sides", faults);
        long floats = lists.Sum(list => (long)(DimOf(list) ?? 0)) * (lists.FirstOrDefault()?.List?.MaxValues ?? 0);
        Demand(floats <= Sequence.MostFloats, path, "maxValues times the dims are " + floats + " where at most " + Sequence.MostFloats + " were expected", faults);
        bool together = TaskNames.All.Any(task => lists.Concat(others).All(field => field.Tasks?.Contains(task, StringComparer.Ordinal) ?? true));
        Demand(together, path, "no tower reads all of its fields", faults);
    }

    private static Field? Named(Schema schema, string name, string path, List<SchemaFault> faults)
    {
        Field? field = schema.Fields.FirstOrDefault(other => other.Name == name);
        string? near = field is null ? ErrorText.Nearest(name, schema.Fields.Select(other => other.Name)) : null;
        Demand(field is not null, path, "there is no field " + ErrorText.Quote(name) + (near is null ? "" : "; did you mean \"" + near + "\"?"), faults);
        return field;
    }

    /// <summary>The dim of a field's embedding; null where there is none, or it is not known.</summary>
    private static int? DimOf(Field? field) => field switch
    {
        HashedField hashed => hashed.Dim,
        VocabularyField vocabulary => vocabulary.Dim,
        CrossedField crossed => crossed.Dim,
        NumericField { Buckets: not null } number => number.Dim,
        _ => null,
    };
}
