using EsmmLite.Cli.Terminal;
using EsmmLite.Diagnostics;
using EsmmLite.Features;

namespace EsmmLite.Cli.Inspecting;

/// <summary>A field in words.</summary>
internal static class FieldText
{
    public static string Kind(FieldEncoder encoder) => OneKind(encoder) + (encoder is ListEncoder ? " list" : "");

    private static string OneKind(FieldEncoder encoder) => encoder.Field switch
    {
        HashedField { Integer: true } => "hashed int",
        HashedField => "hashed",
        VocabularyField { Integer: true } => "vocab. int",
        VocabularyField => "vocabulary",
        CrossedField => "crossed",
        NumericField { Buckets: not null } => "buckets",
        _ => "numeric",
    };

    public static string Missing(Field field) => field switch
    {
        HashedField { Missing: MissingRule.Zero } or VocabularyField { Missing: MissingRule.Zero } => "zero",
        HashedField or VocabularyField => "a value",
        CrossedField => "zero",
        NumericField { Buckets: not null } => "row 0",
        NumericField { MissingIndicator: true } => "0 + flag",
        _ => "0",
    };

    /// <summary>The side, and what is special about the field.</summary>
    public static string Side(Field field) => (field.Side == Features.Side.Request ? "request" : "candidate") + (field.Separate ? ", separate" : "") + (field.Tasks is { } tasks ? ", " + string.Join("+", tasks) : "") + (field.Shares is { } owner ? ", table of " + owner : "") + (field is NumericField { Input: false } ? ", no input" : field.FixedAtServing is { } text ? ", served as " + ErrorText.Quote(text) : "");

    /// <summary>What a label counts as 1.</summary>
    public static string Label(LabelStage label)
    {
        string counted = label.In is not null ? " in " + string.Join(" | ", label.In) : label.BinariseCounts ? " > 0" : " = 1";
        string time = label.TimeColumn is null ? "" : " at " + label.TimeColumn + (label.Window is { } window ? ", within " + Show.Duration(window) : "");
        return label.Column + counted + time;
    }

    /// <summary>What was learned from the training data.</summary>
    public static string Learned(FieldEncoder encoder) => encoder switch
    {
        ListEncoder list => Learned(list.Values),
        VocabularyEncoder vocabulary => Show.Count(vocabulary.Entries) + " entries",
        AdmittedEncoder admitted => Show.Count(admitted.Entries) + " admitted",
        NumberEncoder { Field: NumericField { Standardise: true } } number => Show.Brief(number.Mean) + " ± " + Show.Brief(number.Deviation),
        BucketEncoder buckets => Show.Count(buckets.Bounds.Length + 1) + " buckets",
        _ => "",
    };
}
