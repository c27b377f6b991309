using System.Globalization;
using System.Runtime.InteropServices;
using EsmmLite.Features;
using EsmmLite.Formats.BadInput;
using EsmmLite.Formats.Delimited;

namespace EsmmLite.Formats.Profiling;

/// <summary>Looks at a log once, in bounded memory, and says what its columns hold.</summary>
public sealed class LogProfiler
{
    private const long RowsBetweenReports = 8192;
    private const int MostValues = 1_500_000; // kept distinct values of all columns together
    private const int FewestValuesOfColumn = 4096;
    private const int MostValuesOfColumn = 65_536;
    private const int FixedColumns = 4; // click, conversion, group and time stand before the columns themselves
    private const int Seed = 1;

    private readonly LogProfileOptions _options;
    private readonly DelimitedLog _log;
    private readonly string[] _columns;
    private readonly string[] _repeated;
    private readonly ColumnTally[] _tallies;
    private readonly RowSample _sample;
    private readonly GroupTally _groups;
    private readonly LabelTally _click;
    private readonly LabelTally _conversion;
    private readonly long[] _stages = new long[RowSample.Stages];
    private long _rows;
    private readonly BadRowCounts _badRows = new();
    private long _withoutClick;
    private bool _isWhole = true;

    private LogProfiler(DelimitedLog log, LogProfileOptions options)
    {
        (_log, _options) = (log, options);
        ILookup<string, string> names = log.Header().ToLookup(name => name, StringComparer.Ordinal);
        RequireNames(log, [.. names.Select(name => name.Key)]);
        _columns = [.. names.Where(name => name.Count() == 1).Select(name => name.Key)];
        _repeated = [.. names.Where(name => name.Count() > 1).Select(name => name.Key)];
        int most = Math.Clamp(MostValues / Math.Max(_columns.Length, 1), FewestValuesOfColumn, MostValuesOfColumn);
        _tallies = [.. _columns.Select(_ => new ColumnTally(most))];
        _sample = new RowSample(_columns.Length, Seed);
        _groups = new GroupTally(_columns.Length, Enumerable.Range(0, _columns.Length).Where(column => ColumnNames.SoundsLikeRank(_columns[column])).ToHashSet());
        _click = new LabelTally(options.Click, "click", log.Options.MaxBadRows);
        _conversion = new LabelTally(options.Conversion, "conversion", log.Options.MaxBadRows);
    }

    /// <summary>Reads the log, or its first rows.</summary>
    /// <param name="log">The log; its header is read first, so standard input won't do.</param>
    /// <param name="options">What is known of it.</param>
    /// <param name="progress">Told every few thousand rows, on the calling thread.</param>
    /// <param name="cancellation">Stops the pass.</param>
    /// <exception cref="EsmmException">A column is missing, a label can't be read, or a row is damaged.</exception>
    public static LogProfile Run(DelimitedLog log, LogProfileOptions options, IProgress<LogProgress>? progress = null, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(log);
        ArgumentNullException.ThrowIfNull(options);
        var profiler = new LogProfiler(log, options);
        profiler.Read(progress, cancellation);
        return profiler.Summarise(cancellation);
    }

    private void Read(IProgress<LogProgress>? progress, CancellationToken cancellation)
    {
        using DelimitedReader reader = _log.Open([_options.Click.Column, _options.Conversion.Column, _options.Group ?? _options.Click.Column, _options.Time ?? _options.Click.Column, .. _columns]);
        while (ReadRow(reader))
        {
            if (_rows == _options.Rows)
            {
                _isWhole = false;
                break;
            }

            if (_rows % RowsBetweenReports == 0)
            {
                cancellation.ThrowIfCancellationRequested();
                progress?.Report(new LogProgress(reader.BytesRead, _log.TotalBytes, _rows));
            }

            Add(reader);
        }

        RequireLabels();
        _badRows.CopyFrom(reader.BadRows);
    }

    /// <summary>Goes to the next row. Where there are too many bad rows, labels that were not meant so are the likely cause, and told first.</summary>
    private bool ReadRow(DelimitedReader reader)
    {
        try
        {
            return reader.Read();
        }
        catch (EsmmException)
        {
            RequireLabels();
            throw;
        }
    }

    private void RequireLabels()
    {
        _click.RequireFewBad();
        _conversion.RequireFewBad();
    }

    private void Add(DelimitedReader reader)
    {
        bool? click = Located(_click, reader, 0), conversion = Located(_conversion, reader, 1);
        if (click is null || conversion is null)
        {
            LabelTally label = click is null ? _click : _conversion;
            RowFault fault = label.Fault(reader.Value(click is null ? 0 : 1));
            reader.Reject(fault.Reason, fault.Error);
            return;
        }

        _rows++;
        int stage = click == false ? 0 : conversion == false ? 1 : 2;
        _stages[stage]++;
        _withoutClick += stage == 0 && conversion == true ? 1 : 0;
        string[]? drawn = _sample.Offer(stage);
        ReadOnlySpan<char> group = _options.Group is null ? "" : reader.Value(2);
        GroupTally.Group? seen = group.IsEmpty ? null : _groups.Row(Hash(group));
        for (int column = 0; column < _columns.Length; column++)
        {
            ReadOnlySpan<char> value = reader.Value(FixedColumns + column);
            ulong hash = Hash(value);
            _tallies[column].Add(value, hash);
            seen?.Add(column, hash);
            if (drawn is not null)
            {
                drawn[column] = RowSample.Cut(value);
            }
        }
    }

    private static bool? Located(LabelTally label, DelimitedReader reader, int column)
    {
        try
        {
            return label.Read(reader.Value(column));
        }
        catch (EsmmException e)
        {
            throw reader.Locate(e);
        }
    }

    private LogProfile Summarise(CancellationToken cancellation)
    {
        if (_rows == 0)
        {
            throw new EsmmException(EsmmErrorKind.Data, "there are no rows", string.Join(", ", _log.Files), "a header and rows");
        }

        var summary = new ColumnSummary(_sample.StageOfRows(), _sample.Weights());
        var columns = new ColumnProfile[_columns.Length];
        Parallel.For(0, columns.Length, new ParallelOptions { CancellationToken = cancellation }, column =>
            columns[column] = summary.Of(_columns[column], _tallies[column], _sample.Column(column), _groups.Varying(column), _groups.Repeats(column)));
        return new LogProfile
        {
            Files = _log.Files,
            Options = _options,
            Rows = _rows,
            IsWhole = _isWhole,
            Clicks = _stages[1] + _stages[2],
            Conversions = _stages[2],
            ConversionsWithoutClick = _withoutClick,
            BadRows = _badRows,
            Labels = [_click.Stage(), _conversion.Stage()],
            Groups = _options.Group is null ? 0 : _groups.Groups,
            RowsOfGroup = _options.Group is null ? 0 : _groups.RowsOfGroup,
            Columns = columns,
            RepeatedNames = _repeated,
        };
    }

    private static ulong Hash(ReadOnlySpan<char> text) => FarmHash64.Hash(MemoryMarshal.AsBytes(text));

    /// <summary>Refuses a log that begins with values: every choice would be made under a wrong name.</summary>
    private static void RequireNames(DelimitedLog log, string[] names)
    {
        int numbers = names.Count(name => double.TryParse(name, NumberStyles.Float, CultureInfo.InvariantCulture, out _));
        if (numbers > 1 && numbers * 5 >= names.Length)
        {
            throw new EsmmException(EsmmErrorKind.Data, "the first line looks like values, not like names: " + numbers + " of " + names.Length + " are numbers", log.Files[0] + " line 1",
                "a first line with the names of the columns", "Write one in front.");
        }
    }
}
