using EsmmLite.Kernels;

namespace EsmmLite.Features;

/// <content>New data held against it.</content>
public sealed partial class FieldProfile
{
    /// <summary>The commonest categories, and one for the rest.</summary>
    internal const int GroupsOfCategories = 32;

    private const int GroupsOfNumbers = 10;
    private const double Deviations = 2;
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
    /// the rest, less what chance alone gives (but for one time in forty). Above 0.25 it is usually called a shift. Null where there is nothing to compare.
    /// </summary>
    /// <param name="now">The new values.</param>
    /// <param name="rowsAlike">How many rows make one independent observation: chance is that of the observations and not of the rows.</param>
    public double? Drift(FieldProfile now, double rowsAlike = 1)
    {
        ArgumentNullException.ThrowIfNull(now);
        ArgumentOutOfRangeException.ThrowIfLessThan(rowsAlike, 1);
        (KeyValuePair<ulong, long>[] ours, KeyValuePair<ulong, long>[] theirs) = Comparable(now);
        int[] groups = Groups(ours);
        double[] then = new double[IsCategory ? GroupsOfCategories : GroupsOfNumbers], next = new double[then.Length];
        for (int i = 0; i < ours.Length; i++)
        {
            then[groups[i]] += ours[i].Value / rowsAlike;
        }

        foreach (KeyValuePair<ulong, long> cell in theirs)
        {
            int place = Array.BinarySearch(ours, cell, ByKey);
            if (place >= 0 || !IsCategory)
            {
                // A number between two cells goes with the upper one, beyond all with the last.
                next[groups[Math.Min(place < 0 ? ~place : place, ours.Length - 1)]] += cell.Value / rowsAlike;
            }
        }

        return ours.Length == 0 || next.Sum() == 0 ? null : Index(then, next);
    }

    /// <summary>
    /// By how much the share of one value has grown since here: that of the commonest one of the new values, at least so much. A field that
    /// has become constant shows by it, whatever the constant is. Null for numbers of which there are several, and where there is nothing to compare.
    /// </summary>
    /// <param name="now">The new values.</param>
    public double? Concentration(FieldProfile now)
    {
        ArgumentNullException.ThrowIfNull(now);
        if (!IsCategory)
        {
            (KeyValuePair<ulong, long>[] ours, KeyValuePair<ulong, long>[] theirs) = Comparable(now);
            return ours.Length == 0 || theirs.Length == 0 || now.Low != now.High ? null : 1 - (Find(ours, theirs[0].Key) is >= 0 and int cell ? ours[cell].Value / (double)ours.Sum(one => one.Value) : 0);
        }

        KeyValuePair<ulong, long>[] most = now.IsDistinctExact ? [.. now.Cells.OrderByDescending(cell => cell.Value).Take(1)] : now.Heavy.Counts;
        long present = Count - Missing;
        if (most.Length == 0 || present == 0)
        {
            return null;
        }

        long then = IsDistinctExact ? (Find(most[0].Key) is >= 0 and int place ? Cells[place].Value : 0) : Heavy.Missed + Heavy.Counts.FirstOrDefault(pair => pair.Key == most[0].Key).Value;
        return (most[0].Value / (double)(now.Count - now.Missing)) - (then / (double)present);
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

        // Of two samples of the same, the index is nearly chi-squared over used - 1: mean, and two deviations more.
        double chance = (used - 1 + (Deviations * Math.Sqrt(2.0 * (used - 1)))) * ((1 / rows) + (1 / rowsNow));
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

    /// <summary>The group of each cell.</summary>
    internal int[] Groups(KeyValuePair<ulong, long>[] cells) => IsCategory ? Commonest(cells) : Quantiles(cells);

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
