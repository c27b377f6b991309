namespace EsmmLite.Formats.Profiling;

/// <summary>What a text looks like.</summary>
internal enum ValueKind
{
    /// <summary>Empty, or a word that can only mean "not known", such as NULL.</summary>
    Missing,

    /// <summary>A word that means "not known" among numbers and may be a value elsewhere, such as NA.</summary>
    PerhapsMissing,

    /// <summary>A whole number, also one written 7.0.</summary>
    Integer,

    /// <summary>Digits with zeros in front, such as a postcode: no number, though it can be read as one.</summary>
    Padded,

    /// <summary>A number that is not whole.</summary>
    Number,

    /// <summary>A date, a time of day, or both.</summary>
    Time,

    /// <summary>Any other text.</summary>
    Text,
}
