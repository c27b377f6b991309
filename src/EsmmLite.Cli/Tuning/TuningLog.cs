using System.Globalization;
using EsmmLite.Cli.Commands;
using EsmmLite.Cli.Terminal;
using EsmmLite.Cli.Training;
using EsmmLite.Diagnostics;
using EsmmLite.Experiments.Ranking;
using EsmmLite.Features;
using EsmmLite.Formats;
using EsmmLite.Formats.Delimited;
using EsmmLite.Scoring;

namespace EsmmLite.Cli.Tuning;

/// <summary>Reads and scores a labelled log once, and makes two halves of its groups: one to search on, one to measure what was found.</summary>
internal sealed class TuningLog(EsmmScorer scorer, DelimitedLog log, string group, IReadOnlyList<string> columns, string? value)
{
    private const int BatchRows = 1024;

    private readonly List<Prediction> _predictions = [];
    private readonly List<double> _columns = [];
    private readonly List<(bool Click, bool Conversion, double Value)> _labels = [];
    private readonly List<int> _groups = [];

    /// <summary>The halves: searched, held out.</summary>
    public (TuningRows Searched, TuningRows HeldOut) Read(ulong seed, ProgressBoard board, CancellationToken token)
    {
        using ProgressPhase phase = board.Begin("scoring");
        string[] along = [.. columns, .. value is null ? (string[])[] : [value], group];
        using var source = new TextSource(log, scorer.Space, null, new ByteProgress(phase), token, along);
        ImpressionBatch batch = scorer.Space.CreateBatch(BatchRows);
        ScoringWorkspace workspace = scorer.CreateWorkspace();
        Prediction[] predictions = new Prediction[BatchRows];
        Dictionary<(int, int), double> known = [];
        while (source.Fill(batch))
        {
            scorer.Score(batch, workspace, predictions.AsSpan(0, batch.Count));
            for (int row = 0; row < batch.Count; row++)
            {
                _predictions.Add(predictions[row]);
                for (int column = 0; column < columns.Count; column++)
                {
                    _columns.Add(Number(source.Along[column], column, row, known));
                }

                double worth = value is null ? 0 : Number(source.Along[columns.Count], columns.Count, row, known);
                if (worth < 0)
                {
                    throw new EsmmException(EsmmErrorKind.Data, FormattableString.Invariant($"a value of {worth}"), "column " + ErrorText.Quote(value), "what a conversion is worth, 0 or more");
                }

                _labels.Add((batch.Labels(0)[row] != 0, batch.Labels(0)[row] != 0 && batch.Labels(scorer.ConversionStage)[row] != 0, worth));
                _groups.Add(source.Along[^1].Rows[row]);
            }
        }

        if (LogOptions.Note(source.BadRows, log.Options) is { } bad)
        {
            board.Line(bad);
        }

        Holdout half = Holdout.ByColumn(group, 0.5, seed);
        bool[] heldOut = [.. Enumerable.Range(0, source.Along[^1].Distinct).Select(id => half.IsValidation(source.Along[^1].Text(id)))];
        return (Part(heldOut, false), Part(heldOut, true));
    }

    private static double Number(TextIds texts, int column, int row, Dictionary<(int, int), double> known)
    {
        int id = texts.Rows[row];
        if (known.TryGetValue((column, id), out double number))
        {
            return number;
        }

        string text = texts.Text(id);
        if (!double.TryParse(text.AsSpan().Trim(), NumberStyles.Float, CultureInfo.InvariantCulture, out number) || !double.IsFinite(number))
        {
            throw new EsmmException(EsmmErrorKind.Data, "value " + ErrorText.Quote(text) + " is not a finite number", "column " + ErrorText.Quote(texts.Column), "a number for the rank score");
        }

        return known[(column, id)] = number;
    }

    private TuningRows Part(bool[] heldOut, bool wanted)
    {
        // A group without a click has no order that is better than another.
        HashSet<int> clicked = [.. Enumerable.Range(0, _groups.Count).Where(row => _labels[row].Click || _labels[row].Conversion).Select(row => _groups[row])];
        int[] rows = [.. Enumerable.Range(0, _groups.Count).Where(row => heldOut[_groups[row]] == wanted && clicked.Contains(_groups[row])).OrderBy(row => _groups[row])];
        int[] starts = [.. Enumerable.Range(0, rows.Length).Where(i => i == 0 || _groups[rows[i]] != _groups[rows[i - 1]]), rows.Length];
        double[][] gains = [Gains(rows, l => l.Click ? 1 : 0), Gains(rows, l => l.Conversion ? 1 : 0), .. value is null ? (double[][])[] : [Gains(rows, l => l.Conversion ? l.Value : 0)]];
        return new TuningRows([.. rows.Select(row => _predictions[row])], [.. rows.SelectMany(row => _columns.GetRange(row * columns.Count, columns.Count))], gains, starts);
    }

    private double[] Gains(int[] rows, Func<(bool Click, bool Conversion, double Value), double> of) => [.. rows.Select(row => of(_labels[row]))];
}
