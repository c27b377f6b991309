using EsmmLite.Kernels;

namespace EsmmLite.Features;

/// <content>New data held against it.</content>
public sealed partial class FieldProfile
{
    private const int GroupsOfCategories = 32, GroupsOfNumbers = 10;
    private const double Smoothing = 0.5; // rows a group, so that an empty one is no infinite surprise

    /// <summary>The share of new values that are not missing and were never seen here: unknown categories, numbers outside the range. Null where there is nothing to tell by.</summary>
    /// <param name="now">The new values.</param>
    public double? UnseenShare(FieldProfile now)
    {
        ArgumentNullException.ThrowIfNull(now);
        (KeyValuePair<ulong, long>[] _, KeyValuePair<ulong, long>[] theirs) = Comparable(now);
        double all = theirs.Sum(cell => cell.Value);
        if (all == 0)
        {
            return null;
        }

        // A cell of numbers that holds the end of the range counts as inside.
        int joined = IsCategory ? 0 : Math.Max(0, now.Level - Level);
        ulong low = Cells.Length == 0 ? ulong.MaxValue : Cells[0].Key >> joined, high = Cells.Length == 0 ? 0 : Cells[^1].Key >> joined;
        return theirs.Where(cell => IsCategory ? Find(cell.Key) < 0 : cell.Key < low || cell.Key > high).Sum(cell => cell.Value) / all;
    }

    /// <summary>
    /// The population stability index of the values seen here (missing and unseen ones left out): Σ (p − q) ln(p / q) over tenths of the
    /// numbers, or over the 31 commonest categories and
    /// the rest, less what chance alone would give. Above 0.25 it is usually called a shift. Null where there is nothing to compare.
    /// </summary>
    /// <param name="now">The new values.</param>
    public double? Drift(FieldProfile now)
    {
        ArgumentNullException.ThrowIfNull(now);
        (KeyValuePair<ulong, long>[] ours, KeyValuePair<ulong, long>[] theirs) = Comparable(now);
        int[] groups = IsCategory ? Commonest(ours) : Quantiles(ours);
        double[] then = new double[IsCategory ? GroupsOfCategories : GroupsOfNumbers], next = new double[then.Length];
        for (int i = 0; i < ours.Length; i++)
        {
            then[groups[i]] += ours[i].Value;
        }

        foreach (KeyValuePair<ulong, long> cell in theirs)
        {
            int place = Array.BinarySearch(ours, cell, ByKey);
            if (place >= 0 || !IsCategory)
            {
                // A number between two cells goes with the upper one, beyond all with the last.
                next[groups[Math.Min(place < 0 ? ~place : place, ours.Length - 1)]] += cell.Value;
            }
        }

        return ours.Length == 0 || next.Sum() == 0 ? null : Index(then, next);
    }

    private static double Index(double[] then, double[] next)
    {
        int used = Enumerable.Range(0, then.Length).Count(group => then[group] + next[group] > 0);
        double rows = then.Sum(), rowsNow = next.Sum(), index = 0;
        for (int group = 0; group < then.Length; group++)
        {
            if (then[group] + next[group] > 0)
            {
                double p = (then[group] + Smoothing) / (rows + (used * Smoothing)), q = (next[group] + Smoothing) / (rowsNow + (used * Smoothing));
                index += (q - p) * ExactMath.Log(q / p);
            }
        }

        double chance = (used - 1) * ((1 / rows) + (1 / rowsNow));
        return Math.Max(0, index - chance);
    }

    /// <summary>Both in cells of one kind: hashes that both keep, or numbers in cells of the coarser width.</summary>
    private (KeyValuePair<ulong, long>[] Ours, KeyValuePair<ulong, long>[] Theirs) Comparable(FieldProfile now)
    {
        int level = Math.Max(Level, now.Level);
        return IsCategory
            ? ([.. Cells.Where(cell => ValueSketch.Keeps(cell.Key, level))], [.. now.Cells.Where(cell => ValueSketch.Keeps(cell.Key, level))])
            : (NumberSketch.Join(Cells, level - Level), NumberSketch.Join(now.Cells, level - now.Level));
    }

    private static int[] Commonest(KeyValuePair<ulong, long>[] cells)
    {
        int[] groups = new int[cells.Length];
        Array.Fill(groups, GroupsOfCategories - 1);
        foreach ((int cell, int rank) in Enumerable.Range(0, cells.Length).OrderByDescending(i => cells[i].Value).ThenBy(i => cells[i].Key).Take(GroupsOfCategories - 1).Select((cell, rank) => (cell, rank)))
        {
            groups[cell] = rank;
        }

        return groups;
    }

    private static int[] Quantiles(KeyValuePair<ulong, long>[] cells)
    {
        int[] groups = new int[cells.Length];
        double all = cells.Sum(cell => cell.Value), before = 0;
        for (int i = 0; i < cells.Length; i++)
        {
            // The middle of the cell decides.
            groups[i] = (int)((before + (cells[i].Value / 2.0)) / all * GroupsOfNumbers);
            before += cells[i].Value;
        }

        return groups;
    }
}
