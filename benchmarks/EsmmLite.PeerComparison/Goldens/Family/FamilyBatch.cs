namespace EsmmLite.PeerComparison.Goldens.Family;

/// <summary>Inputs and labels of the family's goldens.</summary>
/// <param name="Ids">Ids by slot, then row; -1 where there is none.</param>
/// <param name="Numbers">The number of each row.</param>
/// <param name="Labels">Labels by stage, then row; no stage without the one before.</param>
internal sealed record FamilyBatch(int[][] Ids, float[] Numbers, int[][] Labels)
{
    /// <summary>Rows of the table of users.</summary>
    public const int Users = 5;

    /// <summary>Rows of the table of items.</summary>
    public const int Items = 7;

    /// <summary>Rows of the table of kinds, which only sequences have.</summary>
    public const int Kinds = 3;

    /// <summary>The most actions of a row.</summary>
    public const int Actions = 4;

    private const int RowCount = 24;

    /// <summary>Number of rows.</summary>
    public int Rows => Numbers.Length;

    /// <summary>
    /// Draws a batch. Every user and every item is in each half, so that an optimizer that updates the rows of a batch updates all of them.
    /// </summary>
    public static FamilyBatch Draw(int stages, bool sequences, SeededDraw draw)
    {
        int[] rows = [.. Enumerable.Range(0, RowCount)];
        int[] users = [.. rows.Select(row => row % Users)], items = [.. rows.Select(row => ((3 * row) + 1) % Items)];
        int[][] ids = sequences ? [users, .. DrawSequences(items, draw)] : [users, items];
        float[] numbers = draw.Uniform(RowCount, 1.5);
        int[][] labels = [.. Enumerable.Range(0, stages).Select(_ => new int[RowCount])];
        foreach (int row in rows)
        {
            for (int stage = 0; stage < stages; stage++)
            {
                bool hit = draw.NextDouble() < 0.6;
                labels[stage][row] = hit && (stage == 0 || labels[stage - 1][row] == 1) ? 1 : 0;
            }
        }

        return new(ids, numbers, labels);
    }

    /// <summary>The rows from <paramref name="range"/>'s start to before its end.</summary>
    public FamilyBatch Slice(RowRange range) => new(
        [.. Ids.Select(column => column[range.Start..range.End])],
        Numbers[range.Start..range.End],
        [.. Labels.Select(column => column[range.Start..range.End])]);

    /// <summary>
    /// Items, kinds, items of the actions, kinds of the actions: rows without an action, with gaps, with repeated actions, with an
    /// action or a candidate of which one value is missing.
    /// </summary>
    private static int[][] DrawSequences(int[] items, SeededDraw draw)
    {
        int[][] ids = [items, [.. items.Select(item => item % Kinds)], .. Enumerable.Range(0, 2 * Actions).Select(_ => new int[RowCount])];
        for (int row = 0; row < RowCount; row++)
        {
            for (int action = 0; action < Actions; action++)
            {
                int item = draw.NextInt(Items);
                bool there = row % 8 != 3 && draw.NextDouble() < 0.75, hasKind = draw.NextDouble() < 0.8, hasItem = draw.NextDouble() < 0.9;
                ids[2 + action][row] = there && hasItem ? item : GoldenBatch.Missing;
                ids[2 + Actions + action][row] = there && hasKind ? item % Kinds : GoldenBatch.Missing;
            }

            ids[0][row] = row % 11 == 6 ? GoldenBatch.Missing : ids[0][row];
            ids[1][row] = row % 7 == 5 ? GoldenBatch.Missing : ids[1][row];
        }

        return ids;
    }
}
