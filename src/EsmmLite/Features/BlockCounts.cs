namespace EsmmLite.Features;

/// <summary>
/// Counts of categories in 16 to 31 equal stretches of rows, from which the variance of their shares is measured as it is and not as
/// independent rows would give it: neighbours that are alike, if not equal, and slow changes make it greater (batch means).
/// </summary>
/// <param name="groups">Number of categories.</param>
internal sealed class BlockCounts(int groups)
{
    /// <summary>So many stretches are joined two by two.</summary>
    public const int Most = 32;

    private readonly long[][] _blocks = [.. Enumerable.Range(0, Most).Select(_ => new long[groups])];
    private long _rows, _rowsOfBlock = 1;

    /// <summary>Counts a value of the present row.</summary>
    public void Add(int group) => _blocks[(int)(_rows / _rowsOfBlock)][group]++;

    /// <summary>Ends the present row.</summary>
    public void EndRow()
    {
        if (++_rows < Most * _rowsOfBlock)
        {
            return;
        }

        for (int block = 0; block < Most; block++)
        {
            long[] counts = _blocks[block];
            if (block % 2 == 1)
            {
                for (int group = 0; group < groups; group++)
                {
                    _blocks[block / 2][group] += counts[group];
                }
            }
            else if (block > 0)
            {
                counts.CopyTo(_blocks[block / 2], 0);
            }
        }

        foreach (long[] block in _blocks.AsSpan(Most / 2))
        {
            Array.Clear(block);
        }

        _rowsOfBlock *= 2;
    }

    /// <summary>
    /// How many values make one independent observation: the measured variance of the shares over that of independent values, weighted as
    /// chi-squared weights it (Rao and Scott's first-order design effect of a test of homogeneity): C / (C − 1) · Σ (c − m q)² / (n q) / (G − 1)
    /// over C stretches of m values each, and G categories with shares q. At least 1, and 1 where one category has everything.
    /// </summary>
    public double Repetition()
    {
        long[] sums = new long[groups];
        foreach (long[] block in _blocks)
        {
            for (int group = 0; group < groups; group++)
            {
                sums[group] += block[group];
            }
        }

        double all = sums.Sum(), squares = 0;
        int used = sums.Count(sum => sum > 0), filled = 0;
        foreach (long[] block in _blocks)
        {
            long values = block.Sum();
            filled += values > 0 ? 1 : 0;
            for (int group = 0; group < groups && values > 0; group++)
            {
                if (sums[group] > 0)
                {
                    double away = block[group] - (values * (sums[group] / all));
                    squares += away * away / sums[group];
                }
            }
        }

        return used < 2 || filled < 2 ? 1 : Math.Max(1, squares / (used - 1) * filled / (filled - 1));
    }
}
