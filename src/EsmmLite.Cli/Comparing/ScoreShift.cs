using EsmmLite.Features;
using EsmmLite.Formats;
using EsmmLite.Formats.Delimited;
using EsmmLite.Scoring;

namespace EsmmLite.Cli.Comparing;

/// <summary>How two models' scores of the same rows differ.</summary>
/// <param name="Name">The score.</param>
/// <param name="Rows">Number of rows.</param>
/// <param name="Before">Mean of the first model's.</param>
/// <param name="After">Mean of the second's.</param>
/// <param name="MeanChange">Mean absolute difference.</param>
/// <param name="Largest">The largest difference.</param>
/// <param name="LargestRow">Its row, from 1.</param>
/// <param name="Correlation">Pearson's, of the scores; null where one of them never changes.</param>
internal sealed record ScoreShift(string Name, long Rows, double Before, double After, double MeanChange, double Largest, long LargestRow, double? Correlation)
{
    private const int BatchRows = 1024;

    public static IReadOnlyList<ScoreShift> Of(EsmmScorer before, EsmmScorer after, DelimitedLog log, CancellationToken token)
    {
        using var one = new Side(before, log);
        using var other = new Side(after, log);
        Sums[] sums = [new(), new(), new()];
        while (true)
        {
            token.ThrowIfCancellationRequested();
            ReadOnlySpan<Prediction> x = one.Next(), y = other.Next();
            if (x.IsEmpty)
            {
                return [sums[0].ToShift("pCTR"), sums[1].ToShift("pCVR"), sums[2].ToShift("pCTCVR")];
            }

            for (int row = 0; row < x.Length; row++)
            {
                sums[0].Add(x[row].PCtr, y[row].PCtr);
                sums[1].Add(x[row].PCvr, y[row].PCvr);
                sums[2].Add(x[row].PCtcvr, y[row].PCtcvr);
            }
        }
    }

    private sealed class Side(EsmmScorer scorer, DelimitedLog log) : IDisposable
    {
        private readonly EncodedRows _rows = new(log, scorer.Space);
        private readonly ImpressionBatch _batch = scorer.Space.CreateBatch(BatchRows);
        private readonly ScoringWorkspace _workspace = scorer.CreateWorkspace();
        private readonly Prediction[] _scores = new Prediction[BatchRows];

        public ReadOnlySpan<Prediction> Next()
        {
            int count = 0;
            while (count < BatchRows && _rows.Read())
            {
                _rows.Encode(_batch, count++);
            }

            _batch.Count = count;
            return count == 0 ? default : scorer.Score(_batch, _workspace, _scores);
        }

        public void Dispose() => _rows.Dispose();
    }

    private sealed class Sums
    {
        private long _rows;
        private double _x;
        private double _y;
        private double _xx;
        private double _yy;
        private double _xy;
        private double _change;
        private double _largest;
        private long _largestRow;

        public void Add(double x, double y)
        {
            _rows++;
            _x += x;
            _y += y;
            _xx += x * x;
            _yy += y * y;
            _xy += x * y;
            _change += Math.Abs(y - x);
            if (Math.Abs(y - x) > _largest)
            {
                (_largest, _largestRow) = (Math.Abs(y - x), _rows);
            }
        }

        public ScoreShift ToShift(string name)
        {
            double n = Math.Max(1, _rows), spread = ((_xx / n) - (_x / n * (_x / n))) * ((_yy / n) - (_y / n * (_y / n)));
            return new ScoreShift(name, _rows, _x / n, _y / n, _change / n, _largest, _largestRow, spread > 0 ? ((_xy / n) - (_x / n * (_y / n))) / Math.Sqrt(spread) : null);
        }
    }
}
