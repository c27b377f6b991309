using System.Globalization;

namespace EsmmLite.Formats.BadInput;

/// <summary>How many rows of a log were read, and how many of them were bad and left out, by reason.</summary>
public sealed class BadRowCounts
{
    private readonly SortedDictionary<string, long> _reasons = new(StringComparer.Ordinal);

    internal BadRowCounts()
    {
    }

    internal BadRowCounts(long rows, IReadOnlyDictionary<string, long> reasons, string? first)
    {
        Rows = rows;
        First = first;
        foreach ((string reason, long count) in reasons)
        {
            _reasons.Add(reason, count);
            Bad += count;
        }
    }

    /// <summary>Rows read, the bad ones included.</summary>
    public long Rows { get; private set; }

    /// <summary>Rows that were bad.</summary>
    public long Bad { get; private set; }

    /// <summary>Bad rows by reason, such as <c>too few fields</c> or <c>price: not a number</c>. A row with several faults counts once, under the first.</summary>
    public IReadOnlyDictionary<string, long> Reasons => _reasons;

    /// <summary>What is wrong with the first bad row, and where it stands; null if there is none.</summary>
    public string? First { get; private set; }

    /// <summary>The counts in words: <c>3 of 1,000 rows are bad (2 too few fields, 1 price: not a number)</c>.</summary>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Bad:N0} of {Rows:N0} rows {(Bad == 1 ? "is" : "are")} bad") + (Bad == 0 ? "" : " (" + Listed() + ")");

    internal void AddRow() => Rows++;

    internal void AddBad(string reason, EsmmException fault)
    {
        Bad++;
        _reasons[reason] = _reasons.GetValueOrDefault(reason) + 1;
        First ??= fault.Message;
    }

    internal void CopyFrom(BadRowCounts other)
    {
        Rows = other.Rows;
        if (Bad == other.Bad)
        {
            return;
        }

        (Bad, First) = (other.Bad, other.First);
        foreach ((string reason, long count) in other._reasons)
        {
            _reasons[reason] = count;
        }
    }

    /// <summary>The most frequent reason first.</summary>
    private string Listed() => string.Join(", ", _reasons.OrderByDescending(pair => pair.Value).ThenBy(pair => pair.Key, StringComparer.Ordinal)
        .Select(pair => pair.Value.ToString("N0", CultureInfo.InvariantCulture) + " " + pair.Key));
}
