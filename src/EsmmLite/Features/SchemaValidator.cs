using System.Globalization;
using System.Text;
using EsmmLite.Diagnostics;

namespace EsmmLite.Features;

/// <summary>Finds everything that is wrong with a schema, not only the first fault.</summary>
public static partial class SchemaValidator
{
    private const int MaxDim = 4096;

    /// <summary>The most fields, and the most crosses.</summary>
    internal const int MaxInputs = 10_000;

    /// <summary>The most sequences.</summary>
    internal const int MaxSequences = 100;

    /// <summary>The most label stages.</summary>
    internal const int MaxLabels = 100;

    /// <summary>Throws when the schema has faults.</summary>
    /// <exception cref="EsmmException">All faults of the schema.</exception>
    public static void Validate(Schema schema)
    {
        IReadOnlyList<SchemaFault> faults = Faults(schema);
        if (faults.Count == 1)
        {
            throw new EsmmException(EsmmErrorKind.Config, faults[0].Message, "schema, " + faults[0].Path);
        }

        if (faults.Count > 1)
        {
            throw new EsmmException(EsmmErrorKind.Config, faults.Count + " faults" + string.Concat(faults.Select(fault => "\n  - " + fault.Path + ": " + fault.Message)), "schema");
        }
    }

    /// <summary>The faults of a schema; empty for a good one.</summary>
    public static IReadOnlyList<SchemaFault> Faults(Schema schema)
    {
        ArgumentNullException.ThrowIfNull(schema);
        var faults = new List<SchemaFault>();
        Demand(schema.Fields.Count <= MaxInputs, "fields", ConfigLists.TooMany(schema.Fields.Count, MaxInputs), faults);
        Demand(schema.Crosses.Count <= MaxInputs, "crosses", ConfigLists.TooMany(schema.Crosses.Count, MaxInputs), faults);
        Demand(schema.Sequences.Count <= MaxSequences, "sequences", ConfigLists.TooMany(schema.Sequences.Count, MaxSequences), faults);
        Demand(schema.Labels.Count <= MaxLabels, "labels", ConfigLists.TooMany(schema.Labels.Count, MaxLabels), faults);
        if (faults.Count > 0)
        {
            return faults;
        }

        CheckFields(schema, faults);
        CheckTasks(schema, faults);
        CheckSharing(schema, faults);
        CheckLists(schema, faults);
        CheckCrosses(schema, faults);
        CheckSequences(schema, faults);
        CheckLabels(schema, faults);
        CheckTime(schema, faults);
        Demand(schema.Group is not { Length: 0 }, "group", "is empty", faults);
        return faults;
    }

    private static void CheckFields(Schema schema, List<SchemaFault> faults)
    {
        if (schema.Fields.Count == 0)
        {
            faults.Add(new SchemaFault("fields", "there are none; a model needs at least one input"));
        }

        bool anyServed = schema.Fields.Count == 0 || schema.Fields.Any(field => field.FixedAtServing is null);
        Demand(anyServed, "fields", "all of them are fixed when serving, so every impression would have the same score", faults);
        var missing = new MissingTexts(schema);

        for (int i = 0; i < schema.Fields.Count; i++)
        {
            Field field = schema.Fields[i];
            string path = At("fields", i);
            CheckName(field.Name, path + ".name", schema.Fields.Take(i).Select(other => other.Name), faults);
            Demand(field.Column.Length > 0 || field.Name.Length == 0, path + ".column", "is empty", faults);
            CheckFixed(field, missing, path + ".serve.fixed", faults);
            switch (field)
            {
                case HashedField hashed:
                    Demand(hashed.Buckets >= 1, path + ".buckets", hashed.Buckets + " where at least 1 was expected", faults);
                    CheckDim(hashed.Dim, path, faults);
                    Demand(hashed.MinCount >= 1, path + ".minCount", hashed.MinCount + " where at least 1 was expected", faults);
                    CheckAge(schema, hashed.MaxAge, path, faults);
                    break;
                case VocabularyField vocabulary:
                    Demand(vocabulary.MinCount >= 1, path + ".minCount", vocabulary.MinCount + " where at least 1 was expected", faults);
                    Demand(vocabulary.MaxEntries is not < 1, path + ".maxEntries", vocabulary.MaxEntries + " where at least 1 was expected", faults);
                    CheckDim(vocabulary.Dim, path, faults);
                    CheckAge(schema, vocabulary.MaxAge, path, faults);
                    break;
                case CrossedField crossed:
                    CheckCrossed(schema, crossed, path, faults);
                    break;
                case NumericField number:
                    CheckNumber(number, path, faults);
                    break;
            }
        }
    }

    private static void CheckAge(Schema schema, TimeSpan? maxAge, string path, List<SchemaFault> faults)
    {
        Demand(maxAge is not { } age || age >= TimeSpan.FromSeconds(1), path + ".maxAge", "is below a second", faults);
        Demand(maxAge is null || schema.Time is not null, path + ".maxAge", "needs the times of impressions; declare \"time\"", faults);
    }

    /// <summary>The value for serving must be one that the field can hold.</summary>
    private static void CheckFixed(Field field, MissingTexts missing, string path, List<SchemaFault> faults)
    {
        if (field.FixedAtServing is not { } text)
        {
            return;
        }

        byte[] utf8 = Encoding.UTF8.GetBytes(text);
        try
        {
            _ = field switch
            {
                NumericField number => new NumberReader(number, missing).TryRead(utf8, out _),
                HashedField hashed => new CategoryReader(field.Name, hashed.Integer, hashed.Missing, missing).TryRead(utf8, new byte[CategoryReader.ScratchBytes], out _, out _),
                VocabularyField vocabulary => new CategoryReader(field.Name, vocabulary.Integer, vocabulary.Missing, missing).TryRead(utf8, new byte[CategoryReader.ScratchBytes], out _, out _),
                _ => true,
            };
        }
        catch (EsmmException e)
        {
            faults.Add(new SchemaFault(path, e.What + "; expected " + e.Expected));
        }
    }

    private static void CheckNumber(NumericField number, string path, List<SchemaFault> faults)
    {
        bool isWeight = number.Input || (!number.Standardise && number.Buckets is null && !number.MissingIndicator && !number.Separate && number.Tasks is null);
        Demand(isWeight, path + ".input", "a number that is no input only weighs impressions; leave standardise, buckets, missingIndicator, separate and tasks out", faults);
        Demand(number.ClipLow is not { } low || double.IsFinite(low), path + ".clip", "the low end is not finite", faults);
        Demand(number.ClipHigh is not { } high || double.IsFinite(high), path + ".clip", "the high end is not finite", faults);
        Demand(!(number.ClipLow > number.ClipHigh), path + ".clip", string.Create(CultureInfo.InvariantCulture, $"the low end {number.ClipLow} is above the high end {number.ClipHigh}"), faults);
        if (number.Buckets is { } buckets)
        {
            Demand(buckets is >= 1 and <= QuantileSample.Capacity, path + ".buckets", buckets + " where 1 to " + QuantileSample.Capacity + " was expected", faults);
            Demand(!number.Log, path + ".log", "has no effect on buckets: a logarithm keeps the order; leave it out", faults);
            Demand(!number.MissingIndicator, path + ".missingIndicator", "has no effect on buckets: row 0 stands for missing; leave it out", faults);
            CheckDim(number.Dim, path, faults);
        }
    }

    private static void CheckCrosses(Schema schema, List<SchemaFault> faults)
    {
        for (int i = 0; i < schema.Crosses.Count; i++)
        {
            Cross cross = schema.Crosses[i];
            string path = At("crosses", i);
            int? first = CrossedDim(schema, cross.First, path, faults);
            int? second = CrossedDim(schema, cross.Second, path, faults);
            Demand(cross.First != cross.Second, path, "crosses " + ErrorText.Quote(cross.First) + " with itself", faults);
            Demand(first is null || second is null || first == second, path, "crosses dim " + first + " with dim " + second + "; an element-wise product needs equal dims", faults);
            CheckCrossedTasks(schema, cross, path, faults);
            bool repeated = schema.Crosses.Take(i).Any(other => other == cross || (other.First == cross.Second && other.Second == cross.First));
            Demand(!repeated, path, "is there already", faults);
        }
    }

    /// <summary>The dim of a crossed field; null where there is none, or it is not known.</summary>
    private static int? CrossedDim(Schema schema, string name, string path, List<SchemaFault> faults)
    {
        Field? field = schema.Fields.FirstOrDefault(other => other.Name == name);
        if (field is null)
        {
            string? near = ErrorText.Nearest(name, schema.Fields.Select(other => other.Name));
            faults.Add(new SchemaFault(path, "there is no field " + ErrorText.Quote(name) + (near is null ? "" : "; did you mean \"" + near + "\"?")));
            return null;
        }

        Demand(field.List is null, path, "field " + ErrorText.Quote(name) + " is a list, and only single values are crossed", faults);
        Demand(field is not NumericField { Buckets: null }, path, "field " + ErrorText.Quote(name) + " is a plain number and has no embedding; give it buckets", faults);
        return DimOf(field);
    }

    private static void CheckName(string name, string path, IEnumerable<string> earlier, List<SchemaFault> faults)
    {
        Demand(name.Length > 0, path, "is empty", faults);
        Demand(name.Length == 0 || !earlier.Contains(name), path, "the name " + ErrorText.Quote(name) + " is taken already", faults);
        Demand(!name.Any(char.IsControl), path, "the name " + ErrorText.Quote(name) + " holds control characters", faults);
    }

    private static void CheckDim(int dim, string path, List<SchemaFault> faults)
    {
        Demand(dim is >= 1 and <= MaxDim, path + ".dim", dim + " where 1 to " + MaxDim + " was expected", faults);
    }

    private static void Demand(bool good, string path, string message, List<SchemaFault> faults)
    {
        if (!good)
        {
            faults.Add(new SchemaFault(path, message));
        }
    }

    private static string At(string list, int index) => list + "[" + index.ToString(CultureInfo.InvariantCulture) + "]";
}
