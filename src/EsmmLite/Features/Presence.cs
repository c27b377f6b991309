namespace EsmmLite.Features;

/// <summary>Runs of rows with a value and of rows without one.</summary>
internal sealed class Presence
{
    private readonly BlockCounts _blocks = new(2);
    private readonly long[] _rows = new long[2]; // without, with
    private readonly double[] _squares = new double[2];
    private long _run;
    private bool _last;

    /// <summary>Sees a row.</summary>
    public void See(bool hasValue)
    {
        int side = hasValue ? 1 : 0;
        _run = hasValue == _last ? _run + 1 : 1;
        _last = hasValue;
        _rows[side]++;
        _squares[side] += (2 * _run) - 1;
        _blocks.Add(side);
        _blocks.EndRow();
    }

    /// <summary>How many rows make one observation of whether there is a value.</summary>
    public double Repetition() => Math.Max(RunLengths.Repetition([(_rows[0], _squares[0]), (_rows[1], _squares[1])], _rows[0] + _rows[1]), _blocks.Repetition());
}
