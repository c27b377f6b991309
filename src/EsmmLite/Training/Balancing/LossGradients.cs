using System.Numerics.Tensors;
using EsmmLite.Kernels;
using EsmmLite.Layers;
using EsmmLite.Memory;
using EsmmLite.Model;

namespace EsmmLite.Training;

/// <summary>
/// The gradient of every loss by every parameter, and what a combiner makes of them. A tile of the towers is shared if at least two
/// losses reach it, tables always are: over them the inner products are taken, and there the coefficients apply. Elsewhere the losses add up.
/// </summary>
internal sealed class LossGradients
{
    private readonly int _losses;
    private readonly GradientCombiner? _combiner;
    private readonly Towers _towers;
    private readonly AlignedBuffer[] _gradients;
    private readonly RowGradients[][] _rows;
    private readonly double[] _products;
    private readonly double[] _gram;
    private readonly double[] _norms;
    private readonly double[] _coefficients;
    private readonly ProductWork _productWork;
    private readonly SumWork _sumWork;

    /// <param name="model">The model.</param>
    /// <param name="losses">Number of losses.</param>
    /// <param name="capacity">The most rows of a batch.</param>
    /// <param name="gradients">Destination of the towers' gradient; the first loss's on the way.</param>
    /// <param name="rows">Destination of the rows' gradients, alike.</param>
    /// <param name="combiner">The sum, if null.</param>
    internal LossGradients(EsmmModel model, int losses, int capacity, AlignedBuffer gradients, RowGradients[] rows, GradientCombiner? combiner)
    {
        (_losses, _combiner, _towers) = (losses, combiner, model.Towers);
        _gradients = [gradients, .. Enumerable.Range(1, losses - 1).Select(_ => new AlignedBuffer(gradients.Length))];
        _rows = [rows, .. Enumerable.Range(1, losses - 1).Select(_ => model.Bottom.Tables.Select((t, i) => RowGradients.Create(t, capacity, model.Bottom.OccurrencesOf(i))).ToArray())];
        _products = new double[(_towers.WeightTiles + rows.Length) * losses * losses];
        (_gram, _norms, _coefficients) = (new double[losses * losses], new double[losses], new double[losses]);
        (_productWork, _sumWork) = (new ProductWork(this), new SumWork(this));
    }

    internal long Bytes => _gradients.Skip(1).Sum(g => g.Bytes) + _rows.Skip(1).Sum(r => r.Sum(t => t.Bytes));

    /// <summary>Length of each loss's gradient over what is shared.</summary>
    internal ReadOnlySpan<double> Norms => _norms;

    /// <summary>Where one loss's gradients go; its rows are forgotten.</summary>
    internal (AlignedBuffer Gradients, RowGradients[] Rows) Of(int loss)
    {
        foreach (RowGradients table in _rows[loss])
        {
            table.Clear();
        }

        return (_gradients[loss], _rows[loss]);
    }

    /// <summary>Makes one gradient of them, in the first loss's place.</summary>
    internal void Combine(WorkerPool pool)
    {
        int items = _towers.WeightTiles + _rows[0].Length, square = _losses * _losses;
        pool.Run(_productWork, items);
        _gram.AsSpan().Clear();
        for (int item = 0; item < items; item++)
        {
            for (int k = 0; k < square && IsShared(item); k++)
            {
                _gram[k] += _products[(item * square) + k];
            }
        }

        for (int l = 0; l < _losses; l++)
        {
            _norms[l] = Math.Sqrt(_gram[(l * _losses) + l]);
        }

        _coefficients.AsSpan().Fill(1);
        _combiner?.Combine(_gram, _coefficients);
        pool.Run(_sumWork, items);
    }

    private bool IsShared(int item)
    {
        int reached = 0;
        for (int l = 0; l < _losses; l++)
        {
            reached += _products[(((item * _losses) + l) * _losses) + l] > 0 ? 1 : 0;
        }

        return reached > 1 || item >= _towers.WeightTiles;
    }

    private Span<float> Piece(int loss, int item)
    {
        if (item >= _towers.WeightTiles)
        {
            return _rows[loss][item - _towers.WeightTiles].Values;
        }

        (int start, int length) = _towers.TileRange(item);
        return _gradients[loss].Span.Slice(start, length);
    }

    private sealed class ProductWork(LossGradients all) : IParallelWork
    {
        public void Execute(int item, int worker)
        {
            int n = all._losses;
            Span<double> products = all._products.AsSpan(item * n * n, n * n);
            for (int i = 0; i < n; i++)
            {
                for (int j = 0; j <= i; j++)
                {
                    products[(i * n) + j] = products[(j * n) + i] = SquareSum.Dot(all.Piece(i, item), all.Piece(j, item));
                }
            }
        }
    }

    // The losses' rows are the same rows in the same order: those of the batch.
    private sealed class SumWork(LossGradients all) : IParallelWork
    {
        public void Execute(int item, int worker)
        {
            Span<float> sum = all.Piece(0, item);
            bool shared = all.IsShared(item);
            TensorPrimitives.Multiply(sum, shared ? (float)all._coefficients[0] : 1f, sum);
            for (int l = 1; l < all._losses; l++)
            {
                TensorPrimitives.FusedMultiplyAdd(all.Piece(l, item), shared ? (float)all._coefficients[l] : 1f, sum, sum);
            }
        }
    }
}
