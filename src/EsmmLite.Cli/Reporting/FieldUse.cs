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
    private readonly float[][] _norms; // table by table
    private readonly int[] _fields; // that have an embedding
    private readonly long[] _missing;
    private readonly long[] _new;
    private readonly long[] _values;
    private readonly double[] _normSums;
    private long _rows;

    public FieldUse(EsmmModel model)
    {
        _model = model;
        _unseen = new UnseenRows(model);
        _norms = [.. model.Bottom.Tables.Select(Norms)];
        _fields = [.. Enumerable.Range(0, model.Space.Encoders.Count).Where(field => model.Space.Encoders[field].Dim > 0)];
        (_missing, _new, _values, _normSums) = (new long[_fields.Length], new long[_fields.Length], new long[_fields.Length], new double[_fields.Length]);
    }

    public IEnumerable<FieldUsage> Fields => _fields.Select((place, i) => new FieldUsage(
        _model.Space.Encoders[place], _unseen.Trained(place), Share(_missing[i]), Share(_new[i]), _values[i] == 0 ? double.NaN : _normSums[i] / _values[i]));

    public void Add(LogitsPass pass)
    {
        _rows += pass.Batch.Count;
        for (int i = 0; i < _fields.Length; i++)
        {
            float[] norms = _norms[_model.Space.TableOf(_fields[i])];
            for (int row = 0; row < pass.Batch.Count; row++)
            {
                (int values, int unseen) = _unseen.Count(pass.Batch, _fields[i], row);
                _missing[i] += values == 0 ? 1 : 0;
                _new[i] += unseen > 0 ? 1 : 0;
                _values[i] += values;
            }

            int slot = _model.Space.SlotOf(_fields[i]);
            for (int k = 0; k < _model.Space.Encoders[_fields[i]].IdWidth; k++)
            {
                foreach (int id in pass.Batch.Ids(slot + k)[..pass.Batch.Count])
                {
                    _normSums[i] += id == ImpressionBatch.MissingId ? 0 : norms[id];
                }
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
/// <param name="Unseen">Share of impressions with a value that training never saw.</param>
/// <param name="Norm">Mean length of the embeddings looked up.</param>
internal sealed record FieldUsage(FieldEncoder Encoder, int TrainedRows, double Missing, double Unseen, double Norm);
