namespace EsmmLite.PeerComparison.Goldens;

/// <summary>The inputs and labels of a golden model.</summary>
/// <param name="Ids">Ids by categorical field, then row; -1 where the value is missing.</param>
/// <param name="Numbers">Numbers by numeric field, then row.</param>
/// <param name="Click">Click label of each row.</param>
/// <param name="Conversion">Conversion label of each row; never 1 without a click.</param>
internal sealed record GoldenBatch(int[][] Ids, float[][] Numbers, int[] Click, int[] Conversion)
{
    /// <summary>The id of a missing value.</summary>
    public const int Missing = -1;

    /// <summary>Number of rows.</summary>
    public int Rows => Click.Length;

    /// <summary>Draws the batch of a golden model.</summary>
    public static GoldenBatch Draw(GoldenSpec spec, SeededDraw draw)
    {
        const double ClickRate = 0.3, ConversionRate = 0.35;
        int[][] ids = [.. spec.Categorical.Select(field => DrawIds(field, spec.Rows, draw))];
        float[][] numbers = [.. spec.Numeric.Select(_ => draw.Uniform(spec.Rows, 1.5))];
        int[] click = new int[spec.Rows];
        int[] conversion = new int[spec.Rows];
        for (int row = 0; row < spec.Rows; row++)
        {
            click[row] = draw.NextDouble() < ClickRate ? 1 : 0;
            conversion[row] = draw.NextDouble() < ConversionRate ? click[row] : 0;
        }

        return new(ids, numbers, click, conversion);
    }

    /// <summary>The rows from <paramref name="range"/>'s start to before its end.</summary>
    public GoldenBatch Slice(RowRange range) => new(
        [.. Ids.Select(column => column[range.Start..range.End])],
        [.. Numbers.Select(column => column[range.Start..range.End])],
        Click[range.Start..range.End],
        Conversion[range.Start..range.End]);

    /// <summary>The table rows that occur in the column of one categorical field, in ascending order.</summary>
    public long[] TouchedRows(int slot) => [.. Ids[slot].Where(id => id != Missing).Distinct().Order().Select(id => (long)id)];

    private static int[] DrawIds(GoldenField field, int rows, SeededDraw draw)
    {
        int[] ids = new int[rows];
        for (int row = 0; row < rows; row++)
        {
            int id = draw.NextInt(field.Rows);
            ids[row] = draw.NextDouble() < field.MissingRate ? Missing : id;
        }

        return ids;
    }
}

/// <summary>Rows of a batch.</summary>
/// <param name="Start">First row.</param>
/// <param name="End">One past the last row.</param>
internal readonly record struct RowRange(int Start, int End);
