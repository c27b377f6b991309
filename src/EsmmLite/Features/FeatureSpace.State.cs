using System.Text;
using System.Text.Json;
using EsmmLite.Diagnostics;

namespace EsmmLite.Features;

// What a model file keeps of a feature space: a JSON text (the schema and the learned numbers) and two arrays a vocabulary.
public sealed partial class FeatureSpace
{
    private const string DefaultSource = "feature space";

    /// <summary>The schema and the learned numbers as JSON: keys in a fixed order, doubles exact. Vocabularies are kept apart.</summary>
    public string ToJson()
    {
        using var stream = new MemoryStream();
        using (var writer = new Utf8JsonWriter(stream))
        {
            writer.WriteStartObject();
            writer.WriteStartObject("schema");
            SchemaJson.Write(writer, Schema);
            writer.WriteEndObject();
            writer.WriteStartObject("learned");
            foreach (FieldEncoder encoder in _encoders)
            {
                WriteLearned(writer, encoder);
            }

            writer.WriteEndObject();
            writer.WriteEndObject();
        }

        return Encoding.UTF8.GetString(stream.GetBuffer(), 0, (int)stream.Length);
    }

    /// <summary>The entries of a field's vocabulary, one after another, as UTF-8: a copy.</summary>
    /// <param name="field">The field's place in the schema; it must be a <see cref="VocabularyField"/>.</param>
    public byte[] VocabularyBytes(int field) => [.. VocabularyOf(field).Bytes];

    /// <summary>Where each entry of a field's vocabulary starts in <see cref="VocabularyBytes"/>, and at last where the last one ends: a copy. [entries + 1]</summary>
    /// <param name="field">The field's place in the schema; it must be a <see cref="VocabularyField"/>.</param>
    public long[] VocabularyOffsets(int field) => [.. VocabularyOf(field).Offsets];

    /// <summary>Restores a feature space.</summary>
    /// <param name="json">The text that <see cref="ToJson"/> gave.</param>
    /// <param name="vocabularies">Gives bytes and offsets of a vocabulary field by its name; the arrays become the feature space's own.</param>
    /// <param name="profiles">Gives the <see cref="FieldProfile.ToState"/> of a field by its name, or null where none was kept.</param>
    /// <exception cref="EsmmException">Text or arrays are not what a feature space gives (<see cref="EsmmErrorKind.ModelFile"/>).</exception>
    public static FeatureSpace FromJson(string json, Func<string, (byte[] Bytes, long[] Offsets)> vocabularies, Func<string, long[]?>? profiles = null) => FromJson(json, DefaultSource, vocabularies, profiles);

    /// <summary>Restores a feature space from a file that messages name.</summary>
    internal static FeatureSpace FromJson(string json, string source, Func<string, (byte[] Bytes, long[] Offsets)> vocabularies, Func<string, long[]?>? profiles)
    {
        ArgumentNullException.ThrowIfNull(vocabularies);
        ConfigNode root = ConfigNode.Parse(json, source, EsmmErrorKind.ModelFile);
        ConfigNode? schemaNode = root.Section("schema");
        ConfigNode? learned = root.Section("learned");
        if (schemaNode is null || learned is null)
        {
            throw Nonsense(source, "\"schema\" or \"learned\" is missing");
        }

        Schema schema = SchemaJson.Read(schemaNode);
        if (learned.KeyCount > SchemaValidator.MaxInputs + 1)
        {
            throw Nonsense(source, "more was learned than a schema can have fields");
        }

        var missing = new MissingTexts(schema);
        Func<FieldEncoder>[] encoders = [.. schema.Fields.Select(field => field.Shares is null ? Restore(field, source, learned, missing, vocabularies) : () => null!)];
        root.Finish();

        // Owners first: a field that shares a table shares its vocabulary.
        FieldEncoder[] created = [.. encoders.Select(create => create())];
        var space = new FeatureSpace(schema, [.. schema.Fields.Select((field, i) => field.Shares is null ? created[i] : Sharing(field, missing, created[schema.IndexOf(field.Shares)]))]);
        foreach (FieldEncoder encoder in space.Encoders)
        {
            if (profiles?.Invoke(encoder.Field.Name) is { } state)
            {
                encoder.Profile = FieldProfile.FromState(state, encoder.Field is not NumericField, source + ", profile of field " + ErrorText.Quote(encoder.Field.Name));
            }
        }

        return space;
    }

    private VocabularyTable VocabularyOf(int field) => _encoders[field].Vocabulary ?? throw new ArgumentException("The field has no vocabulary.", nameof(field));

    private static void WriteLearned(Utf8JsonWriter writer, FieldEncoder encoder)
    {
        if (encoder.Field.Shares is not null)
        {
            return;
        }

        if (encoder.Vocabulary is { } vocabulary)
        {
            writer.WriteStartObject(encoder.Field.Name);
            writer.WriteNumber("entries", vocabulary.Count);
            writer.WriteEndObject();
        }
        else if (encoder is BucketEncoder buckets)
        {
            writer.WriteStartObject(encoder.Field.Name);
            writer.WriteStartArray("bounds");
            foreach (double bound in buckets.Bounds)
            {
                writer.WriteNumberValue(bound);
            }

            writer.WriteEndArray();
            writer.WriteEndObject();
        }
        else if (encoder is NumberEncoder { Field: NumericField { Standardise: true } } number)
        {
            writer.WriteStartObject(encoder.Field.Name);
            writer.WriteNumber("mean", number.Mean);
            writer.WriteNumber("deviation", number.Deviation);
            writer.WriteEndObject();
        }
    }

    /// <summary>Reads what was learned of a field; the encoder is made once all faults are known.</summary>
    private static Func<FieldEncoder> Restore(Field field, string source, ConfigNode learned, MissingTexts missing, Func<string, (byte[] Bytes, long[] Offsets)> vocabularies)
    {
        if (field is UnreadField)
        {
            // Its fault is noted; nothing is known of what it would have learned.
            _ = learned.Has(field.Name);
            return () => throw Nonsense(source, "unreachable");
        }

        if (field is HashedField { IsAdmitting: false } hashed)
        {
            return () => Listed(new HashedEncoder(hashed, missing), missing);
        }

        if (field is CrossedField crossed)
        {
            return () => new CrossedEncoder(crossed);
        }

        if (field is NumericField { Buckets: null, Standardise: false } plain)
        {
            return () => new NumberEncoder(plain, missing, 0, 1);
        }

        ConfigNode? node = learned.Section(field.Name);
        if (node is null)
        {
            learned.Fault(field.Name, "missing; an object was expected");
            return () => throw Nonsense(source, "unreachable");
        }

        if (field is VocabularyField vocabulary)
        {
            int entries = node.RequiredInteger("entries", 0, int.MaxValue - 1);
            return () => Listed(new VocabularyEncoder(vocabulary, missing, Load(vocabulary, vocabulary.MaxEntries, source, entries, vocabularies(field.Name))), missing);
        }

        if (field is HashedField admitting)
        {
            int entries = node.RequiredInteger("entries", 0, int.MaxValue - 1);
            return () => Listed(new AdmittedEncoder(admitting, missing, Load(admitting, admitting.Buckets, source, entries, vocabularies(field.Name))), missing);
        }

        var number = (NumericField)field;
        if (number.Buckets is { } buckets)
        {
            double[] bounds = [.. node.Numbers("bounds") ?? []];
            bool ascending = bounds.Zip(bounds.Skip(1)).All(pair => pair.First < pair.Second);
            if (!node.Has("bounds") || !ascending || bounds.Length >= buckets)
            {
                node.Fault("bounds", "fewer than " + buckets + " ascending numbers were expected");
            }

            return () => new BucketEncoder(number, missing, bounds);
        }

        double? mean = node.OptionalNumber("mean", -double.MaxValue, double.MaxValue);
        double? deviation = node.OptionalNumber("deviation", double.Epsilon, double.MaxValue);
        if (mean is null || deviation is null)
        {
            node.Fault("", "a finite \"mean\" and a positive \"deviation\" were expected");
        }

        return () => new NumberEncoder(number, missing, mean.GetValueOrDefault(), deviation.GetValueOrDefault());
    }

    /// <summary>The encoder of a field that uses another's table.</summary>
    private static FieldEncoder Sharing(Field field, MissingTexts missing, FieldEncoder owner) => field switch
    {
        HashedField admitting when owner.Vocabulary is { } admitted => Listed(new AdmittedEncoder(admitting, missing, admitted), missing),
        HashedField hashed => Listed(new HashedEncoder(hashed, missing), missing),
        VocabularyField vocabulary => Listed(new VocabularyEncoder(vocabulary, missing, owner.Vocabulary!), missing),
        var other => throw new ArgumentException("The field " + other.Name + " is of a kind that can't share a table.", nameof(field)),
    };

    private static VocabularyTable Load(Field field, int? maxEntries, string source, int entries, (byte[] Bytes, long[] Offsets) arrays)
    {
        if (arrays.Bytes is null || arrays.Offsets is null)
        {
            throw Nonsense(source, "the vocabulary of field " + ErrorText.Quote(field.Name) + " is missing");
        }

        if (arrays.Offsets.Length != entries + 1 || entries > (maxEntries ?? int.MaxValue))
        {
            throw Nonsense(source, "the vocabulary of field " + ErrorText.Quote(field.Name) + " has " + (arrays.Offsets.Length - 1) + " entries where " + entries + " are announced");
        }

        return VocabularyTable.TryCreate(arrays.Bytes, arrays.Offsets, out string fault) ?? throw Nonsense(source, "the vocabulary of field " + ErrorText.Quote(field.Name) + " is damaged: " + fault);
    }

    private static EsmmException Nonsense(string source, string what) => new(EsmmErrorKind.ModelFile, what, source, hint: "The model file is damaged, or was not written by EsmmLite.");
}
