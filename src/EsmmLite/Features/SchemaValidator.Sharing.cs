using EsmmLite.Diagnostics;

namespace EsmmLite.Features;

// Fields of some towers, and tables of several fields.
public static partial class SchemaValidator
{
    private static void CheckTasks(Schema schema, List<SchemaFault> faults)
    {
        for (int i = 0; i < schema.Fields.Count; i++)
        {
            Field field = schema.Fields[i];
            string path = At("fields", i) + ".tasks";
            if (field.Tasks is not { } tasks)
            {
                continue;
            }

            Demand(tasks.Count > 0, path, "is empty, so no tower would read the field", faults);
            Demand(tasks.Distinct(StringComparer.Ordinal).Count() == tasks.Count, path, "names a task twice", faults);
            foreach (string unknown in tasks.Except(TaskNames.All, StringComparer.Ordinal))
            {
                string? near = ErrorText.Nearest(unknown, TaskNames.All);
                faults.Add(new SchemaFault(path, "there is no task " + ErrorText.Quote(unknown) + "; expected " + ErrorText.List(TaskNames.All) + (near is null ? "" : "; did you mean \"" + near + "\"?")));
            }

            Demand(!field.Separate || TaskNames.All.All(tasks.Contains), path, "a field that is separate is read by all towers; leave one of the two out", faults);
        }
    }

    /// <summary>A cross is read by the towers that read both of its fields.</summary>
    private static void CheckCrossedTasks(Schema schema, Cross cross, string path, List<SchemaFault> faults)
    {
        Field? first = schema.Fields.FirstOrDefault(field => field.Name == cross.First), second = schema.Fields.FirstOrDefault(field => field.Name == cross.Second);
        bool together = first?.Tasks is not { } mine || second?.Tasks is not { } other || mine.Intersect(other, StringComparer.Ordinal).Any();
        Demand(together, path, "no tower reads both of its fields", faults);
    }

    private static void CheckSharing(Schema schema, List<SchemaFault> faults)
    {
        for (int i = 0; i < schema.Fields.Count; i++)
        {
            Field field = schema.Fields[i];
            string path = At("fields", i) + ".shares";
            if (field.Shares is not { } name)
            {
                continue;
            }

            Field? owner = schema.Fields.FirstOrDefault(other => other.Name == name);
            if (owner is null)
            {
                string? near = ErrorText.Nearest(name, schema.Fields.Select(other => other.Name));
                faults.Add(new SchemaFault(path, "there is no field " + ErrorText.Quote(name) + (near is null ? "" : "; did you mean \"" + near + "\"?")));
                continue;
            }

            Demand(owner != field, path, "names the field itself", faults);
            if (owner != field && owner.Shares is { } further)
            {
                faults.Add(new SchemaFault(path, "field " + ErrorText.Quote(name) + " has no table of its own; name the field " + ErrorText.Quote(further) + " instead"));
                continue;
            }

            Demand(!field.Separate && !owner.Separate, path, "a field that is separate shares no table; leave one of the two out", faults);
            Demand(field is HashedField or VocabularyField, path, "a field of this kind shares no table", faults);
            CheckSameShape(field, owner, path, faults);
        }
    }

    private static void CheckSameShape(Field field, Field owner, string path, List<SchemaFault> faults)
    {
        string with = "; field " + ErrorText.Quote(owner.Name) + " has ";
        switch (field, owner)
        {
            case (HashedField mine, HashedField his):
                Demand(mine.Buckets == his.Buckets, path, "the field has " + mine.Buckets + " buckets" + with + his.Buckets, faults);
                Demand(mine.Dim == his.Dim, path, "the field has dim " + mine.Dim + with + his.Dim, faults);
                Demand(mine.Integer == his.Integer, path, "one of the two fields holds integers and the other doesn't", faults);
                Demand((mine.MinCount, mine.MaxAge) == (his.MinCount, his.MaxAge), path, "minCount and maxAge are those of field " + ErrorText.Quote(owner.Name) + "; leave them out", faults);
                break;
            case (VocabularyField mine, VocabularyField his):
                Demand(mine.Dim == his.Dim, path, "the field has dim " + mine.Dim + with + his.Dim, faults);
                Demand(mine.Integer == his.Integer, path, "one of the two fields holds integers and the other doesn't", faults);
                Demand((mine.MinCount, mine.MaxEntries, mine.MaxAge) == (his.MinCount, his.MaxEntries, his.MaxAge), path, "minCount, maxEntries and maxAge are those of field " + ErrorText.Quote(owner.Name) + "; leave them out", faults);
                break;
            case (HashedField or VocabularyField, _) when owner is not UnreadField:
                faults.Add(new SchemaFault(path, "field " + ErrorText.Quote(owner.Name) + " is of another kind"));
                break;
        }
    }
}
