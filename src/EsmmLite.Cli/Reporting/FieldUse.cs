using EsmmLite.Cli.Evaluating;
using EsmmLite.Features;
using EsmmLite.Layers;
using EsmmLite.Model;
using EsmmLite.Training;

namespace EsmmLite.Cli.Reporting;

/// <summary>How the fields with embeddings are used by a log: missing values, values training never saw, and the size of what is looked up.</summary>
internal sealed class FieldUse
{
    private readonly EsmmModel _model;
    private readonly UnseenRows _unseen;
    private readonly float[][] _norms;
    private readonly long[] _missing;
    private readonly long[] _new;
    private readonly double[] _normSums;
    private long _rows;

    public FieldUse(EsmmModel model)
    {
        _model = model;
        _unseen = new UnseenRows(model);
        _norms = [.. model.Bottom.Tables.Select(Norms)];
        (_missing, _new, _normSums) = (new long[_norms.Length], new long[_norms.Length], new double[_norms.Length]);
    }

    public IEnumerable<FieldUsage> Fields
        => _model.Space.Encoders.Where(encoder => encoder.Dim > 0).Select((encoder, slot) => new FieldUsage(
            encoder, _model.Bottom.Tables[slot].Rows - _unseen.Count(slot), Share(_missing[slot]), Share(_new[slot]),
            _rows == _missing[slot] ? double.NaN : _normSums[slot] / (_rows - _missing[slot])));

    public void Add(LogitsPass pass)
    {
        _rows += pass.Batch.Count;
        for (int slot = 0; slot < _norms.Length; slot++)
        {
            foreach (int id in pass.Batch.Ids(slot)[..pass.Batch.Count])
            {
                if (id == ImpressionBatch.MissingId)
                {
                    _missing[slot]++;
                    continue;
                }

                _new[slot] += _unseen.IsUnseen(slot, id) ? 1 : 0;
                _normSums[slot] += _norms[slot][id];
            }
        }
    }

    private double Share(long count) => _rows == 0 ? 0 : count / (double)_rows;

    private static float[] Norms(EmbeddingTable table)
    {
        float[] norms = new float[table.Rows];
        for (int row = 0; row < norms.Length; row++)
        {
            double squares = 0;
            foreach (float value in table.Row(row))
            {
                squares += (double)value * value;
            }

            norms[row] = (float)Math.Sqrt(squares);
        }

        return norms;
    }
}

/// <summary>How a log uses a field.</summary>
/// <param name="Encoder">The field.</param>
/// <param name="TrainedRows">Rows of its table that training touched.</param>
/// <param name="Missing">Share of impressions without a value.</param>
/// <param name="Unseen">Share of impressions whose value training never saw.</param>
/// <param name="Norm">Mean length of the embeddings looked up.</param>
internal sealed record FieldUsage(FieldEncoder Encoder, int TrainedRows, double Missing, double Unseen, double Norm);
