using EsmmLite.Diagnostics;
using EsmmLite.Layers;
using EsmmLite.Memory;

namespace EsmmLite.Training;

// Batches whose losses are sums over all rows, or whose gradients are wanted loss by loss: forward for all rows first, then back, once
// or once a loss. The plain step does without.
internal sealed partial class StepWork
{
    private readonly LossWeighting? _weighting;
    private readonly ForwardWork _forwardWork;
    private readonly BackwardWork _backwardWork;
    private AlignedBuffer _intoGradients;
    private RowGradients[] _intoRows;

    /// <summary>Length of each loss's gradient over what losses share; empty where nobody asked.</summary>
    internal ReadOnlySpan<double> LossNorms => _lossGradients is null ? default : _lossGradients.Norms;

    private void GradientsInTwoPasses()
    {
        _pool.Run(_forwardWork, _chunks);
        if (_objective.SeesWholeBatch)
        {
            _objective.BeginBatch(new ObjectiveRows(Memory, 0, _rows));
        }

        if (_lossGradients is null)
        {
            _pool.Run(_backwardWork, _chunks);
            _pool.Run(_sumsWork, Sums);
            return;
        }

        for (int loss = 0; loss < Memory.LossCount; loss++)
        {
            Memory.Only = loss;
            (_intoGradients, _intoRows) = _lossGradients.Of(loss);
            _pool.Run(_backwardWork, _chunks);
            _pool.Run(_sumsWork, Sums);
        }

        Memory.Only = -1;
        _lossGradients.Combine(_pool);
    }

    private sealed class ForwardWork(StepWork step) : IParallelWork
    {
        public void Execute(int item, int worker)
        {
            int first = Share(step._rows, step._chunks, item), rows = Share(step._rows, step._chunks, item + 1) - first;
            if (rows > 0)
            {
                StepClock.Begin(step.Clock);
                step.ForwardChunk(first, rows);
            }
        }
    }

    private sealed class BackwardWork(StepWork step) : IParallelWork
    {
        public void Execute(int item, int worker)
        {
            int first = Share(step._rows, step._chunks, item), rows = Share(step._rows, step._chunks, item + 1) - first;
            if (rows > 0)
            {
                StepClock.Begin(step.Clock);
                step.BackwardChunk(first, rows);
            }
        }
    }
}
