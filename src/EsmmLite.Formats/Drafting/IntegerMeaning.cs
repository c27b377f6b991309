using EsmmLite.Formats.Profiling;

namespace EsmmLite.Formats.Drafting;

/// <summary>Whether whole numbers are codes (a site, a country) or numbers (a stay, an age), where the file doesn't say.</summary>
internal static class IntegerMeaning
{
    private const int FewValues = 5;
    private const double Smooth = 0.3;
    private const double Even = 0.05;

    /// <summary>Whether a column of numbers holds codes.</summary>
    /// <param name="column">The column.</param>
    /// <param name="why">The reason: a clause about its values.</param>
    public static bool IsCode(ColumnProfile column, out string why)
    {
        if (column.Padded > 0)
        {
            why = "digits behind zeros";
            return true;
        }

        if (column.Fractions > 0)
        {
            why = "numbers";
            return false;
        }

        return IsCodeOfIntegers(column, out why);
    }

    private static bool IsCodeOfIntegers(ColumnProfile column, out string why)
    {
        if (ColumnNames.SoundsLikeCode(column.Name))
        {
            why = "integers under the name of a code";
            return true;
        }

        if (column.Distinct <= FewValues)
        {
            why = "integers, so few that each can have a vector of its own";
            return true;
        }

        if (!column.IsDistinctExact)
        {
            bool even = IsEven(column);
            why = even ? "integers spread evenly over their range as ids are" : "integers spread unevenly over their range";
            return even;
        }

        if (IsMostlyZero(column))
        {
            why = "mostly 0, and amounts";
            return false;
        }

        bool smooth = Smoothness(column) >= Smooth;
        why = smooth ? "integers, neighbours about equally frequent" : "integers, neighbours unlike in frequency as codes are";
        return !smooth;
    }

    private static bool IsMostlyZero(ColumnProfile column)
        => column.Low >= 0 && column.High >= 10 * column.Distinct && column.Values.Where(value => value.Number == 0).Sum(value => value.Count) * 2 >= column.Present;

    private static bool IsEven(ColumnProfile column)
    {
        double range = column.High - column.Low;
        return column.Quantiles is { } quantiles && Enumerable.Range(1, 9).All(tenth => Math.Abs(((quantiles.At(tenth / 10.0) - column.Low) / range) - (tenth / 10.0)) <= Even);
    }

    /// <summary>Correlation of the logarithms of neighbouring values' counts.</summary>
    private static double Smoothness(ColumnProfile column)
    {
        double[] counts = [.. column.Values.OrderBy(value => value.Number).Select(value => Math.Log(value.Count))];
        double[] before = counts[..^1], after = counts[1..];
        double meanBefore = before.Average(), meanAfter = after.Average();
        double product = 0, squaresBefore = 0, squaresAfter = 0;
        for (int i = 0; i < before.Length; i++)
        {
            product += (before[i] - meanBefore) * (after[i] - meanAfter);
            squaresBefore += (before[i] - meanBefore) * (before[i] - meanBefore);
            squaresAfter += (after[i] - meanAfter) * (after[i] - meanAfter);
        }

        double scale = Math.Sqrt(squaresBefore * squaresAfter);
        return scale > 0 ? product / scale : 1; // all equally frequent
    }
}
