using EsmmLite.Cli.Terminal;
using EsmmLite.Features;

namespace EsmmLite.Cli.Inspecting;

/// <summary>A field in words.</summary>
internal static class FieldText
{
    public static string Kind(FieldEncoder encoder) => encoder.Field switch
    {
        HashedField { Integer: true } => "hashed integer",
        HashedField => "hashed",
        VocabularyField { Integer: true } => "vocabulary integer",
        VocabularyField => "vocabulary",
        NumericField { Buckets: not null } => "numeric buckets",
        _ => "numeric",
    };

    public static string Missing(Field field) => field switch
    {
        HashedField { Missing: MissingRule.Zero } or VocabularyField { Missing: MissingRule.Zero } => "zero vector",
        HashedField or VocabularyField => "a value",
        NumericField { Buckets: not null } => "row 0",
        NumericField { MissingIndicator: true } => "0 + indicator",
        _ => "0",
    };

    /// <summary>What was learned from the training data.</summary>
    public static string Learned(FieldEncoder encoder) => encoder switch
    {
        VocabularyEncoder vocabulary => Show.Count(vocabulary.Entries) + " entries",
        NumberEncoder { Field: NumericField { Standardise: true } } number => "mean " + Show.Small(number.Mean) + ", sd " + Show.Small(number.Deviation),
        BucketEncoder buckets => Show.Count(buckets.Bounds.Length + 1) + " buckets",
        _ => "",
    };
}
