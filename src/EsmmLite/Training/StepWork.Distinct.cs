using EsmmLite.Diagnostics;
using EsmmLite.Layers;
using EsmmLite.Memory;

namespace EsmmLite.Training;

// Separate fields: their distinct rows, their products, and the gradients that follow from sums by row.
internal sealed partial class StepWork
{
    /// <summary>The distinct rows of the whole batch and their products, before its blocks.</summary>
    private void BeginBlocks(DistinctInputs distinct)
    {
        (_block, _rows) = (0, _batch.Count);
        for (int field = 0; field < distinct.Fields.Length; field++)
        {
            _findWork.Execute(field, 0);
        }

        _model.Towers.KeepProducts(_model.Bottom.Layout, Part.All, _workspace);
        for (int t = 0; t < _rowGradients.Length; t++)
        {
            if (_distinctOfTable[t] is not null)
            {
                _rowGradients[t].Values.Clear();
            }
        }

        StepClock.Mark(ByDistinctRow, StepPass.Forward);
    }

    /// <summary>What follows from the sums by row: so little that waking other threads up would take longer.</summary>
    private void EndBlocks()
    {
        StepClock.Begin(Clock);
        for (int range = 0; range < _model.Towers.DistinctRanges; range++)
        {
            _model.Towers.BackwardDistinct(range, _rows, _workspace, _gradients.Span, _scratch[0].Span);
        }

        for (int table = 0; table < _rowGradients.Length; table++)
        {
            _finishWork.Execute(table, 0);
        }
    }

    /// <summary>The distinct rows of one separate field.</summary>
    private sealed class FindWork(StepWork step) : IParallelWork
    {
        /// <summary>With more distinct rows than this share of the batch, products are formed impression by impression.</summary>
        private const double Worthwhile = 0.75;

        public void Execute(int item, int worker)
        {
            StepClock.Begin(step.Clock);
            step._model.Bottom.FindDistinct(step._distinct!.Fields[item], step._batch, step._block, step._rows, step._wholeBatch ? (int)(Worthwhile * step._rows) : int.MaxValue, all: true);
            StepClock.Mark(ByDistinctRow, StepPass.Forward);
        }
    }

    /// <summary>The input of a chunk of rows, without what comes by distinct row.</summary>
    private sealed class GatherWork(StepWork step) : IParallelWork
    {
        public void Execute(int item, int worker)
        {
            int stride = step._model.Bottom.Layout.Stride;
            int first = Share(step._rows, step._chunks, item), rows = Share(step._rows, step._chunks, item + 1) - first;
            if (rows == 0)
            {
                return;
            }

            StepClock.Begin(step.Clock);
            step._model.Bottom.Forward(step._batch, step._block + first, rows, Part.All, step._distinct, step._bottom, step._inputs.Span.Slice(first * stride, rows * stride));
            StepClock.Mark(Embeddings, StepPass.Forward);
        }
    }

    /// <summary>A panel of the first layers' outputs, for all rows.</summary>
    private sealed class FirstLayerWork(StepWork step) : IParallelWork
    {
        public void Execute(int item, int worker)
        {
            StepClock.Begin(step.Clock);
            step._model.Towers.ForwardFirstLayer(item, step._model.Bottom.Layout, step._inputs.Span, step._rows, step._workspace, step._scratch[worker].Span);
        }
    }

    /// <summary>The rows' gradients of a separate field.</summary>
    private sealed class FinishWork(StepWork step) : IParallelWork
    {
        public void Execute(int item, int worker)
        {
            if (step._distinctOfTable[item] is { } field)
            {
                RowGradients gradients = step._rowGradients[item];
                StepClock.Begin(step.Clock);
                if (step._wholeBatch)
                {
                    gradients.Values.Clear();
                    step._model.Bottom.BackwardCrosses(item, step._batch, 0, step._batch.Count, step._dInputs.Span, gradients);
                }

                step._model.Towers.FinishDistinct(field, step._distinct!, gradients.Values);
                StepClock.Mark(ByDistinctRow, StepPass.BackwardWeight);
            }
        }
    }
}
