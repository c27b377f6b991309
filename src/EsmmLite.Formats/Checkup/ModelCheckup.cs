using EsmmLite.Features;
using EsmmLite.Formats.Delimited;
using EsmmLite.Scoring;

namespace EsmmLite.Formats.Checkup;

/// <summary>Holds new data against a model: reads it once, as serving would, and goes on where a service would fail.</summary>
public sealed class ModelCheckup
{
    private const int BatchRows = 1024;
    private const int RowsBetweenReports = 8192;

    private readonly EsmmScorer _scorer;
    private readonly FeatureSpace _space;
    private readonly int[] _fields; // that are read
    private readonly FieldWatch[] _watches;
    private readonly RequestRuns _requests;
    private readonly LabelledScores? _labels;
    private readonly ScoreTally[] _scores = [new(), new(), new()];
    private readonly ImpressionBatch _batch;
    private readonly bool[] _isLabelled = new bool[BatchRows];
    private readonly Prediction[] _predictions = new Prediction[BatchRows];
    private readonly ScoringWorkspace _workspace;

    private ModelCheckup(EsmmScorer scorer, bool hasLabels)
    {
        _scorer = scorer;
        _space = scorer.Space;
        _fields = [.. Enumerable.Range(0, _space.Encoders.Count).Where(field => !_space.IsFixed(field) && !_space.IsDerived(field))];
        var overflows = new OverflowCheck(_space);
        _watches = [.. _fields.Select(field => new FieldWatch(_space, field, overflows))];
        _requests = new RequestRuns(_space.Schema, _fields);
        _labels = hasLabels ? new LabelledScores(_space.Schema, scorer.ConversionStage, _fields.Length) : null;
        _batch = _space.CreateBatch(BatchRows);
        _workspace = scorer.CreateWorkspace();
        for (int field = 0; field < _space.Encoders.Count; field++)
        {
            for (int row = 0; row < BatchRows && _space.IsFixed(field); row++)
            {
                _space.EncodeMissing(field, _batch, row);
            }
        }
    }

    /// <summary>Reads a log and holds it against a model.</summary>
    /// <param name="scorer">The model as it serves.</param>
    /// <param name="log">The log: the columns that serving reads. If the label columns are all there, they are looked at, too; not on standard input, which is read only once.</param>
    /// <param name="rows">How many rows to look at; null for all.</param>
    /// <param name="progress">Told every few thousand rows, on the calling thread.</param>
    /// <param name="cancellation">Stops the pass.</param>
    /// <exception cref="EsmmException">A column is missing, there are no rows, or the file can't be read as a table.</exception>
    public static CheckupReport Run(EsmmScorer scorer, DelimitedLog log, long? rows = null, IProgress<LogProgress>? progress = null, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(scorer);
        ArgumentNullException.ThrowIfNull(log);
        Schema schema = scorer.Space.Schema;
        bool hasLabels = !log.HasStandardInput && schema.Labels.All(label => log.Header().Contains(label.Column));
        var checkup = new ModelCheckup(scorer, hasLabels);
        using LabelledScores? labels = checkup._labels;
        using DelimitedReader reader = log.Open([.. checkup._fields.Select(field => schema.Fields[field].Column), .. hasLabels ? schema.Labels.Select(label => label.Column) : []]);
        long seen = 0;
        bool more = false;
        while (reader.Read() && !(more = seen == rows))
        {
            if (seen % RowsBetweenReports == 0)
            {
                cancellation.ThrowIfCancellationRequested();
                progress?.Report(new LogProgress(reader.BytesRead, log.TotalBytes, seen));
            }

            checkup.See(reader);
            seen++;
        }

        checkup.Score();
        return seen > 0 ? checkup.Report(seen, !more) : throw new EsmmException(EsmmErrorKind.Data, "there are no rows", string.Join(", ", log.Files), "a header and rows");
    }

    private void See(DelimitedReader reader)
    {
        int row = _batch.Count;
        bool good = true;
        for (int column = 0; column < _fields.Length; column++)
        {
            ReadOnlySpan<char> text = reader.Value(column);
            _requests.See(column, text);
            if (!_watches[column].See(text))
            {
                good = false;
            }
            else if (good)
            {
                _space.Encode(_fields[column], text, _batch, row);
            }
        }

        _requests.EndRow();
        _isLabelled[row] = Label(reader, row);
        if (good)
        {
            _batch.Count++;
            if (_batch.Count == BatchRows)
            {
                Score();
            }
        }
    }

    private bool Label(DelimitedReader reader, int row)
    {
        Span<byte> labels = stackalloc byte[_batch.Stages];
        if (_labels is null || !_labels.Read(reader, _fields.Length, labels))
        {
            return false;
        }

        if (_labels.Offer(labels) is { } drawn)
        {
            for (int column = 0; column < drawn.Length; column++)
            {
                drawn[column] = Profiling.RowSample.Cut(reader.Value(column));
            }
        }

        for (int stage = 0; stage < labels.Length; stage++)
        {
            _batch.Labels(stage)[row] = labels[stage];
        }

        return true;
    }

    private void Score()
    {
        int count = _batch.Count;
        if (count == 0)
        {
            return;
        }

        _scorer.Score(_batch, _workspace, _predictions.AsSpan(0, count));
        for (int row = 0; row < count; row++)
        {
            Prediction prediction = _predictions[row];
            _scores[0].Add(prediction.PCtr);
            _scores[1].Add(prediction.PCvr);
            _scores[2].Add(prediction.PCtcvr);
            if (_isLabelled[row])
            {
                bool click = _batch.Labels(0)[row] != 0;
                _labels!.Score(prediction, click, click && _batch.Labels(_scorer.ConversionStage)[row] != 0);
            }
        }

        _batch.Count = 0;
    }

    private CheckupReport Report(long rows, bool isWhole) => new()
    {
        Rows = rows,
        IsWhole = isWhole,
        Fields = [.. _watches.Select((watch, column) => watch.Check(_labels?.Leak(column), _requests.Length))],
        Scores = [.. _scores.Select(tally => tally.Summary(_requests.Length))],
        TrainedOn = _scorer.Info.DataCounts,
        Labels = _labels?.Summary(),
    };
}
