using System.Buffers;
using System.Text.Unicode;

namespace EsmmLite.Features;

/// <summary>The first pass over training data: sees every value once, in row order, and builds the feature space.</summary>
/// <remarks>The result depends on the values and their order only (the order matters to quantiles of more than 65,536 values and to the last bits of means).</remarks>
public sealed class FeatureLearner
{
    private const int StackBytes = 384;

    private readonly FieldLearner[] _learners;
    private readonly Schema _schema;

    /// <summary>Starts a pass.</summary>
    /// <param name="schema">The schema.</param>
    /// <param name="seed">Seed of the samples that quantiles are taken from.</param>
    /// <exception cref="EsmmException">The schema has faults: all of them.</exception>
    public FeatureLearner(Schema schema, ulong seed = 0)
    {
        SchemaValidator.Validate(schema);
        _schema = schema;
        var missing = new MissingTexts(schema);
        _learners = new FieldLearner[schema.Fields.Count];

        // Fields that share a table share its vocabulary: their values are counted together.
        Dictionary<string, SharedVocabulary> counters = new(StringComparer.Ordinal);
        foreach (Field field in schema.Fields)
        {
            if (SharedVocabulary.Of(field) is { } vocabulary)
            {
                counters[field.Name] = vocabulary;
            }
        }

        for (int i = 0; i < _learners.Length; i++)
        {
            FieldLearner learner = schema.Fields[i] switch
            {
                HashedField { IsAdmitting: true } admitting => new AdmittedLearner(admitting, missing, counters[admitting.Shares ?? admitting.Name]),
                HashedField hashed => new HashedLearner(hashed, missing),
                VocabularyField vocabulary => new VocabularyLearner(vocabulary, missing, counters[vocabulary.Shares ?? vocabulary.Name]),
                CrossedField crossed => new CrossedLearner(crossed),
                NumericField number => new NumberLearner(number, missing, seed, (ulong)i),
                var other => throw new ArgumentException("The field " + other.Name + " is of a kind that is not known.", nameof(schema)),
            };
            _learners[i] = schema.Fields[i] is { List: { } list, Name: var name } ? new ListLearner(learner, list, name, missing) : learner;
        }
    }

    /// <summary>What the pass saw of each field, in the schema's order; empty before <see cref="Build"/>.</summary>
    public IReadOnlyList<FieldStatistics> Statistics { get; private set; } = [];

    /// <summary>Sees a UTF-8 value of a field.</summary>
    /// <param name="field">The field's place in the schema.</param>
    /// <param name="utf8">The text.</param>
    /// <exception cref="EsmmException">A number or an integer was expected; the message names field and value.</exception>
    public void Observe(int field, ReadOnlySpan<byte> utf8) => _learners[field].Observe(utf8);

    /// <summary>Sees UTF-8 values of a field, in row order.</summary>
    /// <param name="field">The field's place in the schema.</param>
    /// <param name="values">The texts.</param>
    /// <exception cref="EsmmException">A number or an integer was expected; the message names field and value.</exception>
    public void Observe(int field, TextColumn values) => _learners[field].Observe(values, default);

    /// <summary>Sees UTF-8 values of a field, in row order, and when their impressions were shown: fields that limit the age of values need it.</summary>
    /// <param name="field">The field's place in the schema.</param>
    /// <param name="values">The texts.</param>
    /// <param name="times">In ticks of UTC, a value each; empty where they are not known, and then no value is too old.</param>
    /// <exception cref="EsmmException">A number or an integer was expected; the message names field and value.</exception>
    public void Observe(int field, TextColumn values, ReadOnlySpan<long> times) => _learners[field].Observe(values, times);

    /// <summary>Sees a value of a field.</summary>
    /// <param name="field">The field's place in the schema.</param>
    /// <param name="text">The text.</param>
    /// <exception cref="EsmmException">A number or an integer was expected; the message names field and value.</exception>
    public void Observe(int field, ReadOnlySpan<char> text)
    {
        byte[]? rented = text.Length <= StackBytes / 3 ? null : ArrayPool<byte>.Shared.Rent(checked(text.Length * 3));
        try
        {
            Span<byte> buffer = rented ?? stackalloc byte[StackBytes];
            Utf8.FromUtf16(text, buffer, out _, out int length);
            _learners[field].Observe(buffer[..length]);
        }
        finally
        {
            if (rented is not null)
            {
                ArrayPool<byte>.Shared.Return(rented);
            }
        }
    }

    /// <summary>Ends the pass: the feature space learned from the values seen.</summary>
    public FeatureSpace Build()
    {
        var encoders = new FieldEncoder[_learners.Length];
        var statistics = new FieldStatistics[_learners.Length];
        for (int i = 0; i < encoders.Length; i++)
        {
            encoders[i] = _learners[i].Build(out statistics[i]);
        }

        Statistics = statistics;
        return new FeatureSpace(_schema, encoders);
    }
}
