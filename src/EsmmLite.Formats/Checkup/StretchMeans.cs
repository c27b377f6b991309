namespace EsmmLite.Formats.Checkup;

/// <summary>
/// The standard error of a mean of rows that are not independent, from 16 to 31 equal stretches of them (batch means): scores of one
/// request are alike, and so are those of one hour.
/// </summary>
internal sealed class StretchMeans
{
    private const int Most = 32;

    private readonly double[] _sums = new double[Most];
    private long _rows, _rowsOfStretch = 1;
    private double _squares;

    public void Add(double value)
    {
        _sums[_rows / _rowsOfStretch] += value;
        _squares += value * value;
        if (++_rows < Most * _rowsOfStretch)
        {
            return;
        }

        for (int stretch = 0; stretch < Most; stretch++)
        {
            double both = stretch < Most / 2 ? _sums[2 * stretch] + _sums[(2 * stretch) + 1] : 0;
            _sums[stretch] = both;
        }

        _rowsOfStretch *= 2;
    }

    /// <summary>The standard error: of the stretches, or of requests of so many rows if that is more. 0 where there is one row or none.</summary>
    /// <param name="rowsOfRequest">The mean length of the request that a row is in.</param>
    public double Error(double rowsOfRequest)
    {
        int filled = (int)((_rows + _rowsOfStretch - 1) / _rowsOfStretch);
        if (filled < 2)
        {
            return 0;
        }

        double mean = _sums.Sum() / _rows, between = 0;
        for (int stretch = 0; stretch < filled; stretch++)
        {
            double away = _sums[stretch] - (mean * Math.Min(_rowsOfStretch, _rows - (stretch * _rowsOfStretch)));
            between += away * away;
        }

        double single = Math.Max(0, (_squares / _rows) - (mean * mean)) * rowsOfRequest / _rows;
        return Math.Sqrt(Math.Max(single, between / _rows / _rows * filled / (filled - 1)));
    }
}
