using System.Numerics.Tensors;
using EsmmLite.Kernels;
using EsmmLite.Layers;
using EsmmLite.Memory;

namespace EsmmLite.Training;

/// <summary>
/// Clipping by the global norm: if the gradient of everything is longer than a length, it is scaled down to it. The squares are
/// summed a tile or a table each, in double, and then in their order, so that the norm has the same bits on any number of threads.
/// </summary>
internal sealed class GradientClip
{
    private readonly double _longest;
    private readonly Towers _towers;
    private readonly AlignedBuffer _gradients;
    private readonly RowGradients[] _rows;
    private readonly double[] _squares;
    private readonly SquareWork _squareWork;
    private readonly ScaleWork _scaleWork;
    private float _scale;

    internal GradientClip(double longest, Towers towers, AlignedBuffer gradients, RowGradients[] rows)
    {
        (_longest, _towers, _gradients, _rows) = (longest, towers, gradients, rows);
        _squares = new double[towers.WeightTiles + rows.Length];
        (_squareWork, _scaleWork) = (new SquareWork(this), new ScaleWork(this));
    }

    /// <summary>Norm of the last gradient before it was clipped.</summary>
    internal double Norm { get; private set; }

    internal void Apply(WorkerPool pool)
    {
        pool.Run(_squareWork, _squares.Length);
        double sum = 0;
        foreach (double square in _squares)
        {
            sum += square;
        }

        Norm = Math.Sqrt(sum);
        if (Norm > _longest)
        {
            _scale = (float)(_longest / Norm);
            pool.Run(_scaleWork, _squares.Length);
        }
    }

    private Span<float> Piece(int item)
    {
        if (item >= _towers.WeightTiles)
        {
            return _rows[item - _towers.WeightTiles].Values;
        }

        (int start, int length) = _towers.TileRange(item);
        return _gradients.Span.Slice(start, length);
    }

    private sealed class SquareWork(GradientClip clip) : IParallelWork
    {
        public void Execute(int item, int worker) => clip._squares[item] = SquareSum.Of(clip.Piece(item));
    }

    private sealed class ScaleWork(GradientClip clip) : IParallelWork
    {
        public void Execute(int item, int worker)
        {
            Span<float> piece = clip.Piece(item);
            TensorPrimitives.Multiply(piece, clip._scale, piece);
        }
    }
}
