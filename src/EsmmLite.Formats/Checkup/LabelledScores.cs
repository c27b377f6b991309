using EsmmLite.Evaluation;
using EsmmLite.Features;
using EsmmLite.Formats.Delimited;
using EsmmLite.Formats.Profiling;
using EsmmLite.Scoring;

namespace EsmmLite.Formats.Checkup;

/// <summary>Labels of new data beside its scores, and a sample of rows to find leaks in. A log without the label columns has none of it.</summary>
internal sealed class LabelledScores : IDisposable
{
    private const int SampleSeed = 1;

    private readonly Schema _schema;
    private readonly int _conversion; // the stage
    private readonly LabelReader _reader;
    private readonly FunnelRule _rule;
    private readonly RowSample _sample;
    private readonly AucAccumulator _ctr = new(), _ctcvr = new();
    private long _bad;

    public LabelledScores(Schema schema, int conversionStage, int columns)
    {
        _schema = schema;
        _conversion = conversionStage;
        _reader = new LabelReader(schema);
        _rule = new FunnelRule(schema.ConversionWithoutClick, schema.Labels);
        _sample = new RowSample(columns, SampleSeed);
    }

    /// <summary>The labels of a row.</summary>
    /// <param name="row">The row.</param>
    /// <param name="first">The first stage's place among the columns; the others follow.</param>
    /// <param name="labels">0 or 1 a stage. [stages]</param>
    /// <returns>False where there are none, or the funnel's rule leaves the row out.</returns>
    public bool Read(DelimitedReader row, int first, Span<byte> labels)
    {
        for (int stage = 0; stage < labels.Length; stage++)
        {
            if (!_reader.TryRead(stage, row.Value(first + stage), out labels[stage]))
            {
                _bad++;
                return false;
            }
        }

        return _rule.Keep(labels, out _);
    }

    /// <summary>Offers a row to the sample: where its texts are to be written, or null. [columns]</summary>
    public string[]? Offer(ReadOnlySpan<byte> labels) => _sample.Offer(labels[0] == 0 ? 0 : labels[_conversion] == 0 ? 1 : 2);

    /// <summary>Sees the score of a row with labels.</summary>
    public void Score(Prediction prediction, bool click, bool conversion)
    {
        _ctr.Add(prediction.PCtr, click);
        _ctcvr.Add(prediction.PCtcvr, conversion);
    }

    /// <summary>Gives back what the scores take.</summary>
    public void Dispose()
    {
        _ctr.Dispose();
        _ctcvr.Dispose();
    }

    public LabelCheck Summary() => new(_ctr.Rows, _ctr.Positives, _ctcvr.Positives, _ctr.Compute(), _ctcvr.Compute(), _bad);

    /// <summary>How a column gives a label away, in words; null where it doesn't.</summary>
    public string? Leak(int column)
    {
        int[] stages = _sample.StageOfRows();
        double[] weights = _sample.Weights();
        string?[] values = [.. _sample.Column(column).Select(text => _schema.MissingValues.Contains(text.Trim()) ? null : text)];
        int[] clicked = [.. Enumerable.Range(0, stages.Length).Where(row => stages[row] >= 1)];
        (LabelAssociation?, string)[] all =
        [
            (LeakCheck.Measure(values, [.. stages.Select(stage => stage >= 1)], weights), "click"),
            (LeakCheck.Measure([.. clicked.Select(row => values[row])], [.. clicked.Select(row => stages[row] == 2)], [.. clicked.Select(row => weights[row])]), "conversion among clicked rows"),
            (LeakCheck.Measure(values, [.. stages.Select(stage => stage == 2)], weights), "conversion"),
        ];
        return all.Where(pair => pair.Item1 is { IsLeak: true }).OrderByDescending(pair => pair.Item1!.Strongest).Select(pair => pair.Item1!.Describe(pair.Item2)).FirstOrDefault();
    }
}
