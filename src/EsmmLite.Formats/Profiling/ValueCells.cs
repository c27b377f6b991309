using System.Globalization;

namespace EsmmLite.Formats.Profiling;

/// <summary>
/// The rows of a column in cells: one for each text; where there are many numbers, one for the commonest number and quantile buckets for
/// the others; one for missing values.
/// </summary>
internal sealed class ValueCells
{
    private const int MostNumbersByText = 64;
    private const int MostBuckets = 32;
    private const int RowsOfBucket = 20;

    private ValueCells(int[] cells, int count, double[]? numbers) => (Cells, Count, Numbers) = (cells, count, numbers);

    /// <summary>The cell of each row; 0 where the value is missing. [rows]</summary>
    public int[] Cells { get; }

    /// <summary>Number of cells.</summary>
    public int Count { get; }

    /// <summary>The number of each row, NaN where the value is missing; null unless all values are numbers. [rows]</summary>
    public double[]? Numbers { get; }

    public static ValueCells Of(IReadOnlyList<string?> values)
    {
        var ids = new Dictionary<string, int>(StringComparer.Ordinal);
        int[] cells = new int[values.Count];
        for (int i = 0; i < cells.Length; i++)
        {
            if (values[i] is { } text)
            {
                if (!ids.TryGetValue(text, out int id))
                {
                    ids.Add(text, id = ids.Count + 1);
                }

                cells[i] = id;
            }
        }

        double[]? numbers = Read(values);
        return numbers is null || (ids.Count <= MostNumbersByText && ids.Count * RowsOfBucket <= values.Count(value => value is not null)) ? new ValueCells(cells, ids.Count + 1, numbers) : Bucketed(numbers);
    }

    private static double[]? Read(IReadOnlyList<string?> values)
    {
        double[] numbers = new double[values.Count];
        bool any = false;
        for (int i = 0; i < numbers.Length; i++)
        {
            if (values[i] is not { } text)
            {
                numbers[i] = double.NaN;
            }
            else if (double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out numbers[i]) && double.IsFinite(numbers[i]))
            {
                any = true;
            }
            else
            {
                return null;
            }
        }

        return any ? numbers : null;
    }

    // A value that most rows share, such as 0, would swallow the quantiles of the others.
    private static ValueCells Bucketed(double[] numbers)
    {
        double[] present = [.. numbers.Where(number => !double.IsNaN(number)).Order()];
        double common = Commonest(present);
        double[] others = [.. present.Where(number => !number.Equals(common))];
        int buckets = Math.Clamp(others.Length / RowsOfBucket, 1, MostBuckets);
        double[] bounds = [.. Enumerable.Range(1, buckets - 1).Select(k => others[(int)((long)k * others.Length / buckets)]).Distinct()];
        int[] cells = new int[numbers.Length];
        for (int i = 0; i < cells.Length; i++)
        {
            if (numbers[i].Equals(common))
            {
                cells[i] = 1;
            }
            else if (!double.IsNaN(numbers[i]))
            {
                int place = Array.BinarySearch(bounds, numbers[i]);
                cells[i] = 2 + (place < 0 ? ~place : place + 1);
            }
        }

        return new ValueCells(cells, bounds.Length + 3, numbers);
    }

    private static double Commonest(double[] sorted)
    {
        (double value, int longest) = (sorted[0], 0);
        for (int start = 0; start < sorted.Length;)
        {
            int end = start;
            while (end < sorted.Length && sorted[end].Equals(sorted[start]))
            {
                end++;
            }

            if (end - start > longest)
            {
                (value, longest) = (sorted[start], end - start);
            }

            start = end;
        }

        return value;
    }
}
