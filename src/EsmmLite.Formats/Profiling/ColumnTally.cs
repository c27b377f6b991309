namespace EsmmLite.Formats.Profiling;

/// <summary>What is counted of a column on the way through the log.</summary>
internal sealed class ColumnTally(int mostValues)
{
    private const int MostMissingTexts = 64;
    private const int MostOddTexts = 5;

    private readonly long[] _kinds = new long[Enum.GetValues<ValueKind>().Length];
    private readonly Dictionary<string, long> _missing = new(StringComparer.Ordinal);
    private readonly Dictionary<string, long> _odd = new(StringComparer.Ordinal);
    private ulong _lastHash;
    private double _lastNumber = double.NegativeInfinity;

    /// <summary>Distinct values, or a fair sample of them.</summary>
    public DistinctSample Values { get; } = new(mostValues);

    public long Rows { get; private set; }

    /// <summary>How often the value changed from one row to the next, plus one: as many as distinct values where equal ones stand together.</summary>
    public long Runs { get; private set; }

    /// <summary>Whether each row held a larger number than the row before.</summary>
    public bool IsIncreasing { get; private set; } = true;

    public double Low { get; private set; } = double.PositiveInfinity;

    public double High { get; private set; } = double.NegativeInfinity;

    public long Characters { get; private set; }

    /// <summary>Texts that mean, or may mean, "not known", with their counts.</summary>
    public IReadOnlyDictionary<string, long> MissingTexts => _missing;

    /// <summary>Texts that are neither missing nor numbers, with their counts; null where there are more than a handful.</summary>
    public IReadOnlyDictionary<string, long>? OddTexts => _odd.Count > MostOddTexts ? null : _odd;

    public long this[ValueKind kind] => _kinds[(int)kind];

    public void Add(ReadOnlySpan<char> text, ulong hash)
    {
        DistinctValue? value = Values.Add(hash, text);
        double number = value?.Number ?? double.NaN;
        ValueKind kind = value?.Kind ?? ValueText.KindOf(text, out number);
        Runs += Rows == 0 || hash != _lastHash ? 1 : 0;
        _lastHash = hash;
        Rows++;
        _kinds[(int)kind]++;
        Characters += text.Length;
        IsIncreasing &= number > _lastNumber;
        _lastNumber = number;
        if (kind is ValueKind.Missing or ValueKind.PerhapsMissing)
        {
            Count(_missing, text, MostMissingTexts);
        }
        else if (!double.IsNaN(number))
        {
            Low = Math.Min(Low, number);
            High = Math.Max(High, number);
        }
        else if (_odd.Count <= MostOddTexts)
        {
            Count(_odd, text, MostOddTexts + 1);
        }
    }

    private static void Count(Dictionary<string, long> texts, ReadOnlySpan<char> text, int most)
    {
        Dictionary<string, long>.AlternateLookup<ReadOnlySpan<char>> lookup = texts.GetAlternateLookup<ReadOnlySpan<char>>();
        if (lookup.TryGetValue(text, out long count))
        {
            lookup[text] = count + 1;
        }
        else if (texts.Count < most)
        {
            lookup[text] = 1;
        }
    }
}
