using EsmmLite.Features;
using EsmmLite.Layers;
using EsmmLite.Model;

namespace EsmmLite.Cli.Evaluating;

/// <summary>
/// Which rows of the embedding tables training never touched: they still hold their initial values, which are a function of the seed. A
/// value of a hashed field is unseen when its bucket is; of a vocabulary or admitted buckets, when it is none of the entries.
/// </summary>
internal sealed class UnseenRows
{
    private readonly EsmmModel _model;
    private readonly bool[][] _untouched; // table by table

    public UnseenRows(EsmmModel model)
    {
        _model = model;
        EsmmModel initial = EsmmModel.Create(model.Space, model.Options);
        _untouched = [.. model.Bottom.Tables.Zip(initial.Bottom.Tables, Untouched)];
    }

    /// <summary>Whether a row of a field's table is one that training never touched, or the one for unknown values.</summary>
    private bool IsUnseen(int field, int id) => _untouched[_model.Space.TableOf(field)][id] || (id == 0 && _model.Space.Encoders[field].HasOutOfVocabulary);

    /// <summary>How many values of a field an impression has, lists counted value by value, and how many of them training never saw.</summary>
    public (int Values, int Unseen) Count(ImpressionBatch batch, int field, int row)
    {
        int values = 0, unseen = 0;
        for (int k = 0; k < _model.Space.Encoders[field].IdWidth; k++)
        {
            int id = batch.Ids(_model.Space.SlotOf(field) + k)[row];
            if (id != ImpressionBatch.MissingId)
            {
                values++;
                unseen += IsUnseen(field, id) ? 1 : 0;
            }
        }

        return (values, unseen);
    }

    /// <summary>How many rows of a field's table training touched.</summary>
    public int Trained(int field) => _untouched[_model.Space.TableOf(field)].Count(untouched => !untouched);

    private static bool[] Untouched(EmbeddingTable table, EmbeddingTable initial)
    {
        bool[] untouched = new bool[table.Rows];
        for (int row = 0; row < untouched.Length; row++)
        {
            untouched[row] = table.Row(row).SequenceEqual(initial.Row(row));
        }

        return untouched;
    }
}
