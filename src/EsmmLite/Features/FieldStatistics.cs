namespace EsmmLite.Features;

/// <summary>What the first pass saw of a field.</summary>
public sealed record FieldStatistics
{
    /// <summary>The field's name.</summary>
    public required string Name { get; init; }

    /// <summary>Number of values, missing ones included.</summary>
    public required long Count { get; init; }

    /// <summary>Number of missing values.</summary>
    public required long Missing { get; init; }

    /// <summary>Number of distinct values, the empty one of a missing value included; null unless the field has a vocabulary.</summary>
    public long? Distinct { get; init; }

    /// <summary>Number of values that fell out of the vocabulary (too rare); null unless the field has one.</summary>
    public long? OutOfVocabulary { get; init; }

    /// <summary>Number of distinct values that were frequent enough and too old for a row of their own; null unless the field limits their age.</summary>
    public long? TooOld { get; init; }

    /// <summary>Number of values of the longest list; null unless the field has lists.</summary>
    public int? LongestList { get; init; }

    /// <summary>Number of lists of which not all values are kept; null unless the field has lists.</summary>
    public long? CutLists { get; init; }

    /// <summary>Mean after clip and log, of the values that are there; null unless the field is a number.</summary>
    public double? Mean { get; init; }

    /// <summary>Standard deviation after clip and log; null unless the field is a number.</summary>
    public double? Deviation { get; init; }

    /// <summary>Least value after clip and log; null unless the field is a number and some value is there.</summary>
    public double? Low { get; init; }

    /// <summary>Greatest value after clip and log; null unless the field is a number and some value is there.</summary>
    public double? High { get; init; }
}
