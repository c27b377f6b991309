using EsmmLite.Features;
using EsmmLite.Training;

namespace EsmmLite.Cli.Demo;

/// <summary>Passes on the clicked impressions of another source only: how CVR models were trained before ESMM.</summary>
internal sealed class ClickedSource : IImpressionSource
{
    private readonly IImpressionSource _all;
    private readonly ImpressionBatch _read;
    private int _next;

    public ClickedSource(IImpressionSource all, FeatureSpace space, long clicks)
    {
        _all = all;
        _read = space.CreateBatch(4096);
        Rows = clicks;
    }

    public long Rows { get; }

    public void StartEpoch(int epoch)
    {
        _all.StartEpoch(epoch);
        _read.Count = 0;
        _next = 0;
    }

    public bool Fill(ImpressionBatch batch)
    {
        int count = 0;
        while (count < batch.Capacity && (_next < _read.Count || Refill()))
        {
            if (_read.Labels(0)[_next] == 1)
            {
                _read.CopyRow(_next, batch, count++);
            }

            _next++;
        }

        batch.Count = count;
        return count > 0;
    }

    private bool Refill()
    {
        _next = 0;
        return _all.Fill(_read);
    }
}
