using EsmmLite.Features;
using EsmmLite.Kernels;

namespace EsmmLite.Model;

/// <summary>What is checked of a batch before any work: shapes, ids, numbers and labels. It names the field and the row.</summary>
internal static class BatchCheck
{
    internal static void Require(FeatureSpace space, ImpressionBatch batch, bool labels)
    {
        ArgumentNullException.ThrowIfNull(batch);
        if (batch.IdSlots != space.IdSlots || batch.NumberSlots != space.NumberSlots || batch.Stages != space.Schema.Labels.Count)
        {
            throw new EsmmException(EsmmErrorKind.Usage, $"the batch has {batch.IdSlots} id slots, {batch.NumberSlots} number slots and {batch.Stages} stages", null, $"{space.IdSlots}, {space.NumberSlots} and {space.Schema.Labels.Count}", "Create it with FeatureSpace.CreateBatch of this model.");
        }

        for (int f = 0; f < space.Encoders.Count; f++)
        {
            int slot = space.SlotOf(f);
            if (space.Encoders[f].Dim > 0)
            {
                for (int k = 0; k < space.Encoders[f].IdWidth; k++)
                {
                    CheckIds(space, f, batch.Ids(slot + k)[..batch.Count]);
                }

                CheckWeights(space, f, batch);
                continue;
            }

            for (int k = 0; k < space.Encoders[f].NumberWidth; k++)
            {
                int bad = Finite.FirstNonFinite(batch.Numbers(slot + k)[..batch.Count]);
                if (bad >= 0)
                {
                    throw new EsmmException(EsmmErrorKind.Data, $"the value is {batch.Numbers(slot + k)[bad]}", $"field '{space.Schema.Fields[f].Name}', row {bad} of the batch", "a finite number", "Encode a missing value as missing.");
                }
            }
        }

        for (int s = 0; labels && s < batch.Stages; s++)
        {
            int bad = batch.Labels(s)[..batch.Count].IndexOfAnyExcept((byte)0, (byte)1);
            if (bad >= 0)
            {
                throw new EsmmException(EsmmErrorKind.Data, $"the label is {batch.Labels(s)[bad]}", $"stage '{space.Schema.Labels[s].Name}', row {bad} of the batch", "0 or 1");
            }
        }
    }

    /// <summary>Every field that is fixed when serving has its fixed value.</summary>
    internal static void RequireFixed(FeatureSpace serving, ImpressionBatch batch)
    {
        for (int f = 0; f < serving.Encoders.Count; f++)
        {
            int other = serving.FirstNotFixed(f, batch);
            if (other >= 0)
            {
                Field field = serving.Schema.Fields[f];
                throw new EsmmException(EsmmErrorKind.Usage, "the value is not the one for serving", $"field '{field.Name}', row {other} of the batch", $"'{field.FixedAtServing}', which the field is fixed at when serving",
                    "Encode with the scorer's Space: it writes that value by itself.");
            }
        }
    }

    private static void CheckWeights(FeatureSpace space, int field, ImpressionBatch batch)
    {
        for (int k = 0; k < space.Encoders[field].WeightWidth; k++)
        {
            ReadOnlySpan<float> weights = batch.Numbers(space.WeightSlotOf(field) + k)[..batch.Count];
            for (int r = 0; r < weights.Length; r++)
            {
                if (!(weights[r] is >= 0 and <= ListOptions.LargestWeight))
                {
                    throw new EsmmException(EsmmErrorKind.Data, $"the weight is {weights[r]}", $"field '{space.Schema.Fields[field].Name}', row {r} of the batch", "a number from 0 to 1e9");
                }
            }
        }
    }

    private static void CheckIds(FeatureSpace space, int field, ReadOnlySpan<int> ids)
    {
        int rows = space.Encoders[field].Rows;
        for (int r = 0; r < ids.Length; r++)
        {
            if (ids[r] >= rows || ids[r] < ImpressionBatch.MissingId)
            {
                throw new EsmmException(EsmmErrorKind.Data, $"the id is {ids[r]}", $"field '{space.Schema.Fields[field].Name}', row {r} of the batch", $"0 to {rows - 1}, or {ImpressionBatch.MissingId} for missing");
            }
        }
    }
}
