namespace EsmmLite.Formats.Profiling;

/// <summary>Makes the profile of a column from what was counted and sampled.</summary>
/// <param name="stages">How far each sampled row came: 0, click, conversion. [rows]</param>
/// <param name="weights">How many rows of the log each sampled row stands for. [rows]</param>
internal sealed class ColumnSummary(int[] stages, double[] weights)
{
    // A column of numbers may hold a few words that can only mean "not known": "error", "see note".
    private const long FewestNumbers = 20; // distinct
    private const double MostOdd = 0.05;

    private readonly bool[] _clicks = [.. stages.Select(stage => stage >= 1)];
    private readonly bool[] _conversions = [.. stages.Select(stage => stage == 2)];
    private readonly int[] _clicked = [.. Enumerable.Range(0, stages.Length).Where(row => stages[row] >= 1)];

    /// <summary>Summarises a column.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="tally">What was counted.</param>
    /// <param name="sample">Its texts in the sampled rows. [rows]</param>
    /// <param name="groupsVarying">In how many groups it varies.</param>
    /// <param name="repeats">Rows that repeat a value of their group.</param>
    public ColumnProfile Of(string name, ColumnTally tally, string[] sample, long groupsVarying, long repeats)
    {
        long numbers = tally[ValueKind.Integer] + tally[ValueKind.Number] + tally[ValueKind.Padded];
        IReadOnlyDictionary<string, long> odd = OddTexts(tally, numbers);
        bool isNumeric = numbers > 0 && tally[ValueKind.Text] + tally[ValueKind.Time] == odd.Values.Sum();

        // A word such as NA means "not known" where everything else is a number; elsewhere it may be a value.
        bool IsMissing(string text, ValueKind kind) => kind == ValueKind.Missing || (isNumeric && (kind == ValueKind.PerhapsMissing || odd.ContainsKey(text)));

        string?[] values = [.. sample.Select(text => IsMissing(text, ValueText.KindOf(text, out _)) ? null : text)];
        DistinctValue[] distinct = [.. tally.Values.Values.Where(value => !IsMissing(value.Text, value.Kind))];
        long missingTexts = tally.Values.Values.Count - distinct.Length;
        bool[] conversionsOfClicked = [.. _clicked.Select(row => _conversions[row])];
        return new ColumnProfile
        {
            Name = name,
            Rows = tally.Rows,
            MissingTexts = tally.MissingTexts.Concat(odd).Where(pair => IsMissing(pair.Key, ValueText.KindOf(pair.Key, out _))).ToDictionary(),
            Missing = tally[ValueKind.Missing] + (isNumeric ? tally[ValueKind.PerhapsMissing] + odd.Values.Sum() : 0),
            Integers = tally[ValueKind.Integer],
            Fractions = tally[ValueKind.Number],
            Padded = tally[ValueKind.Padded],
            Times = tally[ValueKind.Time],
            Distinct = tally.Values.Distinct - (tally.Values.IsComplete ? missingTexts : 0),
            IsDistinctExact = tally.Values.IsComplete,
            Low = tally.Low,
            High = tally.High,
            MeanLength = tally.Characters / (double)Math.Max(tally.Rows, 1),
            Runs = tally.Runs,
            IsIncreasing = tally.IsIncreasing,
            Values = [.. distinct.OrderByDescending(value => value.Count).ThenBy(value => value.Text, StringComparer.Ordinal).Select(value => new ValueCount(value.Text, value.Number, value.Count))],
            Quantiles = isNumeric ? Quantiles(values) : null,
            GroupsVarying = groupsVarying,
            RepeatsInGroups = repeats,
            Click = LeakCheck.Measure(values, _clicks, weights),
            Conversion = LeakCheck.Measure(values, _conversions, weights),
            ConversionOfClicked = LeakCheck.Measure([.. _clicked.Select(row => values[row])], conversionsOfClicked, [.. _clicked.Select(row => weights[row])]),
        };
    }

    private static IReadOnlyDictionary<string, long> OddTexts(ColumnTally tally, long numbers)
        => tally.OddTexts is { Count: > 0 } odd && odd.Values.Sum() <= MostOdd * numbers && tally.Values.Distinct >= FewestNumbers ? odd : new Dictionary<string, long>();

    private WeightedQuantiles? Quantiles(string?[] values)
    {
        int[] rows = [.. Enumerable.Range(0, values.Length).Where(row => values[row] is not null)];
        return rows.Length == 0 ? null : new WeightedQuantiles(rows.Select(row => Number(values[row]!)), rows.Select(row => weights[row]));
    }

    private static double Number(string text)
    {
        ValueText.KindOf(text, out double number);
        return number;
    }
}
