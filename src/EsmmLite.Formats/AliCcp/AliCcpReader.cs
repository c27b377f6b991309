using System.Globalization;
using EsmmLite.Diagnostics;
using EsmmLite.Formats.Blocks;
using EsmmLite.Formats.Delimited;

namespace EsmmLite.Formats.AliCcp;

/// <summary>Reads the raw files of the Ali-CCP log row by row: one pass over the common features, which stay in memory, and one over the skeleton.</summary>
/// <remarks>
/// A skeleton's line: sample, click, buy, index of the common features, number of features, features. A line of common features: index, number, features.
/// The parts are put together, the user's values first.
/// </remarks>
public sealed class AliCcpReader
{
    private const int LongestLine = 1 << 26;
    private const int RowsAReport = 4096;

    private readonly AliCcpFeatures _features;
    private readonly AliCcpFeatures _common;
    private readonly int _every;
    private readonly AliCcpRow _row;
    private AliCcpCounts _counts = new();

    /// <summary>Creates a reader.</summary>
    /// <param name="maxValues">The most values of a list: the heaviest are kept.</param>
    /// <param name="every">Of so many lines of a skeleton the first is taken.</param>
    public AliCcpReader(int maxValues = 20, int every = 1)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(maxValues);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(every);
        (_features, _common, _every) = (new AliCcpFeatures(maxValues), new AliCcpFeatures(maxValues), every);
        _row = new AliCcpRow(_features);
    }

    /// <summary>Reads skeletons, in order, each with its common features.</summary>
    /// <param name="parts">Paths of skeleton and common features; plain or gzipped.</param>
    /// <param name="take">Takes each row; it is used again for the next.</param>
    /// <param name="progress">Told bytes read of a file, every few thousand lines.</param>
    /// <param name="token">Stops between two lines.</param>
    /// <exception cref="EsmmException">A line is not of the format, or refers to no common features; with file and line.</exception>
    public AliCcpCounts Read(IReadOnlyList<(string Skeleton, string Common)> parts, Action<AliCcpRow> take, Action<string, long>? progress = null, CancellationToken token = default)
    {
        ArgumentNullException.ThrowIfNull(parts);
        ArgumentNullException.ThrowIfNull(take);
        _counts = new AliCcpCounts();
        foreach ((string skeleton, string common) in parts)
        {
            var table = new CommonFeatures();
            ReadLines(common, (line, where) => AddCommon(table, line, where), progress, token);
            _counts = _counts with { CommonEntries = _counts.CommonEntries + table.Count, CommonBytes = Math.Max(_counts.CommonBytes, table.MemoryBytes) };
            ReadLines(skeleton, (line, where) => TakeRow(table, line, where, take), progress, token);
        }

        return _counts with { Repeated = _features.Repeated + _common.Repeated, Cut = _features.Cut + _common.Cut };
    }

    private delegate void LineAction(ReadOnlySpan<char> line, long number);

    private static void ReadLines(string path, LineAction take, Action<string, long>? progress, CancellationToken token)
    {
        using var log = new DelimitedLog([path]);
        using var text = new LogText(log, path);
        var lines = new LineBuffer(text.Reader, LongestLine);
        long number = 0;
        try
        {
            while (lines.Next())
            {
                number++;
                token.ThrowIfCancellationRequested();
                ReadOnlySpan<char> line = lines.Current.TrimEnd("\r\n");
                if (!line.IsEmpty)
                {
                    take(line, number);
                }

                if (number % RowsAReport == 0)
                {
                    progress?.Invoke(path, text.BytesRead);
                }
            }

            if (lines.IsTooLong)
            {
                throw new EsmmException(EsmmErrorKind.Data, "the line is too long", null, string.Create(CultureInfo.InvariantCulture, $"at most {LongestLine} characters"));
            }
        }
        catch (EsmmException e) when (e.Where is null)
        {
            throw new EsmmException(e.Kind, e.What, RowPlace.Of(path, lines.IsTooLong ? number + 1 : number), e.Expected, e.Hint, e);
        }
        catch (Exception e) when (LogText.IsDamage(e))
        {
            throw text.Damage(e, number + 1, number + 1);
        }
    }

    private void AddCommon(CommonFeatures table, ReadOnlySpan<char> line, long number)
    {
        Span<Range> cells = stackalloc Range[4];
        if (line.Split(cells, ',') != 3 || line[cells[0]].IsEmpty)
        {
            throw Bad("the line is not of common features", "index, number of features, features");
        }

        _common.Clear();
        _common.Add(line[cells[2]], Count(line[cells[1]]));
        table.Add(line[cells[0]], _common);
    }

    private void TakeRow(CommonFeatures table, ReadOnlySpan<char> line, long number, Action<AliCcpRow> take)
    {
        Span<Range> cells = stackalloc Range[7];
        if (line.Split(cells, ',') != 6)
        {
            throw Bad("the line is not of a skeleton", "sample, click, buy, index of common features, number of features, features");
        }

        bool click = Label(line[cells[1]], "click"), bought = Label(line[cells[2]], "buy");
        long sample = _counts.Samples;
        _counts = _counts with { Samples = sample + 1 };
        if (sample % _every != 0)
        {
            return;
        }

        _features.Clear();
        if (!table.TryAddTo(line[cells[3]], _features))
        {
            throw Bad("there are no common features " + ErrorText.Quote(line[cells[3]]), "an index of the common features' file", "Does that file belong to this skeleton?");
        }

        _features.Add(line[cells[5]], Count(line[cells[4]]));
        _counts = _counts with
        {
            Written = _counts.Written + 1,
            Clicks = _counts.Clicks + (click ? 1 : 0),
            Conversions = _counts.Conversions + (click && bought ? 1 : 0),
            BoughtUnclicked = _counts.BoughtUnclicked + (!click && bought ? 1 : 0),
        };
        _row.Set(line[cells[0]], sample, click, bought);
        take(_row);
    }

    private static int Count(ReadOnlySpan<char> text) => int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out int count) ? count
        : throw Bad("the number of features is " + ErrorText.Quote(text), "a whole number");

    private static bool Label(ReadOnlySpan<char> text, string name) => text is "1" || (text is "0" ? false : throw Bad(name + " is " + ErrorText.Quote(text), "0 or 1"));

    private static EsmmException Bad(string what, string expected, string? hint = null) => new(EsmmErrorKind.Data, what, null, expected, hint);
}
