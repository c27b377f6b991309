namespace EsmmLite.Formats.Profiling;

/// <summary>What was found of one column. Counts are exact; shares, quantiles and associations of a long log come from a sample of its rows.</summary>
public sealed record ColumnProfile
{
    /// <summary>The column's name.</summary>
    public required string Name { get; init; }

    /// <summary>Rows that were looked at.</summary>
    public required long Rows { get; init; }

    /// <summary>Texts that mean "not known" in this column, with their counts.</summary>
    public required IReadOnlyDictionary<string, long> MissingTexts { get; init; }

    /// <summary>Rows whose value is missing.</summary>
    public required long Missing { get; init; }

    /// <summary>Rows with a whole number (7, 7.0).</summary>
    public required long Integers { get; init; }

    /// <summary>Rows with a number that is not whole.</summary>
    public required long Fractions { get; init; }

    /// <summary>Rows with digits behind zeros (007).</summary>
    public required long Padded { get; init; }

    /// <summary>Rows with a date or a time.</summary>
    public required long Times { get; init; }

    /// <summary>Distinct values that are not missing; an estimate unless <see cref="IsDistinctExact"/>.</summary>
    public required long Distinct { get; init; }

    /// <summary>Whether <see cref="Distinct"/> was counted.</summary>
    public required bool IsDistinctExact { get; init; }

    /// <summary>The least number; meaningless without numbers.</summary>
    public required double Low { get; init; }

    /// <summary>The largest number; meaningless without numbers.</summary>
    public required double High { get; init; }

    /// <summary>Mean number of characters of a value.</summary>
    public required double MeanLength { get; init; }

    /// <summary>How often the value changed from one row to the next, plus one.</summary>
    public required long Runs { get; init; }

    /// <summary>Whether every row holds a larger number than the row before.</summary>
    public required bool IsIncreasing { get; init; }

    /// <summary>Distinct values with their counts, the commonest first: all of them where <see cref="IsDistinctExact"/>, otherwise a fair sample of them.</summary>
    public required IReadOnlyList<ValueCount> Values { get; init; }

    /// <summary>Quantiles of the numbers; null unless all values are numbers.</summary>
    public required WeightedQuantiles? Quantiles { get; init; }

    /// <summary>In how many groups the column has more than one value.</summary>
    public required long GroupsVarying { get; init; }

    /// <summary>Rows that repeat a value of their group; counted for columns that may hold a place on the page.</summary>
    public required long RepeatsInGroups { get; init; }

    /// <summary>What the column says about the click, over all rows; null where there are too few rows to tell.</summary>
    public required LabelAssociation? Click { get; init; }

    /// <summary>What the column says about the conversion, over all rows; null where there are too few rows to tell.</summary>
    public required LabelAssociation? Conversion { get; init; }

    /// <summary>What the column says about the conversion among clicked rows; null where there are too few rows to tell.</summary>
    public required LabelAssociation? ConversionOfClicked { get; init; }

    /// <summary>Rows with a value.</summary>
    public long Present => Rows - Missing;

    /// <summary>The share of rows whose value is missing.</summary>
    public double MissingShare => Rows == 0 ? 0 : Missing / (double)Rows;

    /// <summary>Whether all values are numbers.</summary>
    public bool IsNumeric => Present > 0 && Integers + Fractions + Padded == Present;

    /// <summary>Whether all values are whole numbers.</summary>
    public bool IsInteger => Present > 0 && Integers == Present;

    /// <summary>The share of rows with a value whose value occurs at least so often.</summary>
    /// <param name="count">The least number of occurrences.</param>
    public double Covered(int count)
    {
        long all = Values.Sum(value => value.Count);
        return all == 0 ? 0 : Values.Where(value => value.Count >= count).Sum(value => value.Count) / (double)all;
    }
}

/// <summary>A value of a column and how often it occurs.</summary>
/// <param name="Text">The text, cut after 64 characters.</param>
/// <param name="Number">The number it can be read as, or NaN.</param>
/// <param name="Count">Rows that hold it.</param>
public readonly record struct ValueCount(string Text, double Number, long Count);
