using System.Globalization;
using EsmmLite.Cli.Evaluating;
using EsmmLite.Features;
using EsmmLite.Formats;
using EsmmLite.Formats.Delimited;
using EsmmLite.Layers;
using EsmmLite.Model;
using EsmmLite.Scoring;

namespace EsmmLite.Cli.Explaining;

/// <summary>What became of one field's value.</summary>
/// <param name="Name">The field.</param>
/// <param name="Text">The value as the log has it, or as it is fixed when serving.</param>
/// <param name="Encoded">The row of its table, or the number that entered.</param>
/// <param name="State">Whether training knows the value.</param>
/// <param name="Norm">Length of its embedding; null for a number.</param>
/// <param name="Ctr">By how much it raises the CTR logit: the logit minus that without the field and its crosses.</param>
/// <param name="Cvr">The same of the CVR logit.</param>
internal sealed record ExplainedField(string Name, string Text, string Encoded, string State, double? Norm, double Ctr, double Cvr);

/// <summary>One impression of a log on its way through a model.</summary>
/// <param name="Fields">The fields.</param>
/// <param name="Layers">What every layer gave.</param>
/// <param name="CtrLogit">The CTR logit.</param>
/// <param name="CvrLogit">The logit of pCVR.</param>
/// <param name="Scores">The three scores, the scorer's own.</param>
internal sealed record ExplainedRow(IReadOnlyList<ExplainedField> Fields, IReadOnlyList<LayerOutput> Layers, float CtrLogit, float CvrLogit, Prediction Scores)
{
    private static readonly CultureInfo Invariant = CultureInfo.InvariantCulture;

    public static ExplainedRow Of(EsmmModel model, DelimitedLog log, long number, CancellationToken token)
    {
        FeatureSpace space = model.Space.Serving;
        using var rows = new EncodedRows(log, space);
        long at = 0;
        while (at < number && rows.Read())
        {
            token.ThrowIfCancellationRequested();
            at++;
        }

        if (at < number)
        {
            throw new EsmmException(EsmmErrorKind.Usage, $"the log has {at} rows", $"--row {number}", "a row from 1 on, the header not counted");
        }

        // The impression itself, and once more without each field.
        int fields = space.Encoders.Count;
        ImpressionBatch batch = space.CreateBatch(fields + 1);
        batch.Count = fields + 1;
        for (int row = 0; row <= fields; row++)
        {
            rows.Encode(batch, row);
            if (row > 0)
            {
                Remove(space, row - 1, batch, row);
            }
        }

        var scorer = new EsmmScorer(model);
        ImpressionBatch alone = space.CreateBatch(1);
        alone.Count = 1;
        rows.Encode(alone, 0);
        Prediction[] scores = new Prediction[1];
        scorer.Score(alone, scorer.CreateWorkspace(), scores);
        (float ctr, float cvr) = model.LogitsOf(batch, 0);
        var unseen = new UnseenRows(model);
        ExplainedField[] explained = [.. Enumerable.Range(0, fields).Select(field =>
        {
            (float ctrWithout, float cvrWithout) = model.LogitsOf(batch, field + 1);
            return Explain(model, unseen, batch, field, Text(space, rows, field)) with { Ctr = (double)ctr - ctrWithout, Cvr = (double)cvr - cvrWithout };
        })];
        return new ExplainedRow(explained, model.Trace(batch, 0), ctr, cvr, scores[0]);
    }

    /// <summary>A field that says nothing: a zero vector (a list: no value), and so are its crosses; a number at 0, its mean if it is standardised.</summary>
    private static void Remove(FeatureSpace space, int field, ImpressionBatch batch, int row)
    {
        int slot = space.SlotOf(field);
        FieldEncoder encoder = space.Encoders[field];
        for (int k = 0; k < encoder.IdWidth; k++)
        {
            batch.Ids(slot + k)[row] = ImpressionBatch.MissingId;
        }

        for (int k = 0; k < encoder.NumberWidth; k++)
        {
            batch.Numbers(slot + k)[row] = 0;
        }

        for (int k = 0; k < encoder.WeightWidth; k++)
        {
            batch.Numbers(space.WeightSlotOf(field) + k)[row] = 0;
        }
    }

    private static string Text(FeatureSpace space, EncodedRows rows, int field)
        => space.IsFixed(field) ? space.Schema.Fields[field].FixedAtServing + " (as served)" : rows.Text(field);

    private static ExplainedField Explain(EsmmModel model, UnseenRows unseen, ImpressionBatch batch, int field, string text)
    {
        FieldEncoder encoder = model.Space.Encoders[field];
        int slot = model.Space.SlotOf(field);
        string name = encoder.Field.Name;
        if (encoder.Dim == 0)
        {
            string number = batch.Numbers(slot)[0].ToString("G6", Invariant);
            return new ExplainedField(name, text, number, encoder.NumberWidth > 1 && batch.Numbers(slot + 1)[0] != 0 ? "missing" : "number", null, 0, 0);
        }

        (int values, int news) = unseen.Count(batch, field, 0);
        if (values == 0)
        {
            return new ExplainedField(name, text, "none", "missing", 0, 0, 0);
        }

        string strange = encoder.HasOutOfVocabulary ? "out of vocabulary" : "never trained", state = news == 0 ? "hit" : values == 1 ? strange : news.ToString(Invariant) + " " + strange;
        if (encoder.IdWidth > 1)
        {
            // Many rows, and no single length.
            return new ExplainedField(name, text, values.ToString(Invariant) + (values == 1 ? " value" : " values"), state, null, 0, 0);
        }

        int id = batch.Ids(slot)[0];
        double squares = 0;
        foreach (float value in model.Bottom.Tables[model.Space.TableOf(field)].Row(id))
        {
            squares += (double)value * value;
        }

        return new ExplainedField(name, text, "row " + id.ToString(Invariant), state, Math.Sqrt(squares), 0, 0);
    }
}
