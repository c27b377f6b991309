using EsmmLite.Features;
using EsmmLite.Layers;
using EsmmLite.Model;

namespace EsmmLite.Cli.Evaluating;

/// <summary>
/// Which rows of the embedding tables training never touched: they still hold their initial values, which are a function of the seed. A
/// value of a hashed field is unseen when its bucket is; of a vocabulary, when it is none of its entries.
/// </summary>
internal sealed class UnseenRows
{
    private readonly bool[][] _unseen;

    public UnseenRows(EsmmModel model)
    {
        EsmmModel initial = EsmmModel.Create(model.Space, model.Options);
        FieldEncoder[] encoders = [.. model.Space.Encoders.Where(encoder => encoder.Dim > 0)]; // in the order of tables
        _unseen = [.. encoders.Select((encoder, table) => Rows(encoder, model.Bottom.Tables[table], initial.Bottom.Tables[table]))];
    }

    /// <summary>Whether a row of the field with an id slot is one that training never touched, or the one for unknown values.</summary>
    public bool IsUnseen(int slot, int id) => _unseen[slot][id];

    /// <summary>How many rows of a table training never touched.</summary>
    public int Count(int slot) => _unseen[slot].Count(unseen => unseen);

    private static bool[] Rows(FieldEncoder encoder, EmbeddingTable table, EmbeddingTable initial)
    {
        bool[] unseen = new bool[table.Rows];
        for (int row = 0; row < unseen.Length; row++)
        {
            unseen[row] = (row == 0 && encoder is VocabularyEncoder) || table.Row(row).SequenceEqual(initial.Row(row));
        }

        return unseen;
    }
}
