using System.Diagnostics;
using EsmmLite.Features;
using EsmmLite.Training;

namespace EsmmLite.Cli.Training;

/// <summary>Passes batches on and keeps apart the time to get them and the time until the next one is asked for: the packed log's and the engine's.</summary>
internal sealed class TimedSource(IImpressionSource inner) : IImpressionSource
{
    private long _filled;
    private long _stepped;
    private long _fillTicks;
    private long _stepTicks;
    private long _given;
    private int _count;

    public long Rows => inner.Rows;

    public void StartEpoch(int epoch)
    {
        _given = 0; // the validation between two epochs is no step
        inner.StartEpoch(epoch);
    }

    public void GoTo(int epoch, long impressions, ImpressionBatch scratch)
    {
        _given = 0;
        inner.GoTo(epoch, impressions, scratch);
    }

    public bool Fill(ImpressionBatch batch)
    {
        long start = Stopwatch.GetTimestamp();
        if (_given != 0)
        {
            _stepTicks += start - _given;
            _stepped += _count;
        }

        bool more = inner.Fill(batch);
        _given = more ? Stopwatch.GetTimestamp() : 0;
        _count = batch.Count;
        _filled += more ? batch.Count : 0;
        _fillTicks += Stopwatch.GetTimestamp() - start;
        return more;
    }

    public void AddTo(SpeedTable speed)
    {
        speed.Add("packed log, shuffled", _filled, Stopwatch.GetElapsedTime(0, _fillTicks));
        speed.Add("engine alone", _stepped, Stopwatch.GetElapsedTime(0, _stepTicks));
    }
}
