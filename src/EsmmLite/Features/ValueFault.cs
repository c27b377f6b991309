namespace EsmmLite.Features;

/// <summary>Why a field refuses a text.</summary>
public enum ValueFault
{
    /// <summary>It does not.</summary>
    None,

    /// <summary>A number was expected.</summary>
    NotANumber,

    /// <summary>NaN or an infinity, or a number beyond the range of a double.</summary>
    NotFinite,

    /// <summary>A number beyond the range of a float.</summary>
    TooLarge,

    /// <summary>An integer was expected.</summary>
    NotAnInteger,
}
