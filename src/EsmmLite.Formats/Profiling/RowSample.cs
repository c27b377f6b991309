namespace EsmmLite.Formats.Profiling;

/// <summary>
/// A sample of whole rows, drawn apart from impressions without click, with click and with conversion, so that rare labels are in it as
/// well as common ones. Each row's weight says how many rows of the log it stands for.
/// </summary>
/// <param name="columns">Number of columns.</param>
/// <param name="seed">Seed of the draw.</param>
internal sealed class RowSample(int columns, int seed)
{
    public const int Stages = 3;
    private const int MostRows = 10_000; // of each stage
    private const int MostCells = 1_500_000; // of each stage
    private const int LongestText = 128;

    private readonly int _capacity = Math.Clamp(MostCells / Math.Max(columns, 1), 100, MostRows);
    private readonly Random _random = new(seed);
    private readonly List<string[]>[] _rows = [[], [], []];
    private readonly long[] _seen = new long[Stages];

    /// <summary>Number of sampled rows.</summary>
    public int Count => _rows.Sum(rows => rows.Count);

    /// <summary>Whether every row of the log is in the sample.</summary>
    public bool IsComplete => _seen.Sum() == Count;

    /// <summary>Offers a row of a stage.</summary>
    /// <returns>Where its values are to be written, or null if it is not drawn. [columns]</returns>
    public string[]? Offer(int stage)
    {
        List<string[]> rows = _rows[stage];
        long seen = ++_seen[stage];
        if (rows.Count < _capacity)
        {
            rows.Add(new string[columns]);
            return rows[^1];
        }

        long place = _random.NextInt64(seen);
        return place < _capacity ? rows[(int)place] : null;
    }

    /// <summary>A text as it is kept.</summary>
    public static string Cut(ReadOnlySpan<char> text) => text[..Math.Min(text.Length, LongestText)].ToString();

    /// <summary>The stage of each sampled row: 0, click, conversion. [rows]</summary>
    public int[] StageOfRows() => [.. Enumerable.Range(0, Stages).SelectMany(stage => Enumerable.Repeat(stage, _rows[stage].Count))];

    /// <summary>The weight of each sampled row. [rows]</summary>
    public double[] Weights() => [.. Enumerable.Range(0, Stages).SelectMany(stage => Enumerable.Repeat(_seen[stage] / (double)Math.Max(_rows[stage].Count, 1), _rows[stage].Count))];

    /// <summary>The texts of a column. [rows]</summary>
    public string[] Column(int column) => [.. _rows.SelectMany(rows => rows.Select(row => row[column]))];
}
