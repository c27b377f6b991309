using EsmmLite.Cli.Terminal;
using EsmmLite.Features;

namespace EsmmLite.Cli.Inspecting;

/// <summary>A field in words.</summary>
internal static class FieldText
{
    public static string Kind(FieldEncoder encoder) => encoder.Field switch
    {
        HashedField { Integer: true } => "hashed int",
        HashedField => "hashed",
        VocabularyField { Integer: true } => "vocab. int",
        VocabularyField => "vocabulary",
        NumericField { Buckets: not null } => "buckets",
        _ => "numeric",
    };

    public static string Missing(Field field) => field switch
    {
        HashedField { Missing: MissingRule.Zero } or VocabularyField { Missing: MissingRule.Zero } => "zero",
        HashedField or VocabularyField => "a value",
        NumericField { Buckets: not null } => "row 0",
        NumericField { MissingIndicator: true } => "0 + flag",
        _ => "0",
    };

    /// <summary>What was learned from the training data.</summary>
    public static string Learned(FieldEncoder encoder) => encoder switch
    {
        VocabularyEncoder vocabulary => Show.Count(vocabulary.Entries) + " entries",
        NumberEncoder { Field: NumericField { Standardise: true } } number => Show.Brief(number.Mean) + " ± " + Show.Brief(number.Deviation),
        BucketEncoder buckets => Show.Count(buckets.Bounds.Length + 1) + " buckets",
        _ => "",
    };
}
