using EsmmLite.Features;

namespace EsmmLite.Training;

/// <summary>Row weights from a number of the log: a numeric field that isn't standardised. It is an input of the network as well, unless it says that it is not.</summary>
public sealed class ColumnWeights : RowSampling
{
    private readonly int[] _slots;

    /// <summary>Creates the weights.</summary>
    /// <param name="space">The feature space.</param>
    /// <param name="fields">The field of each loss, in the order of the losses; null for a loss whose rows all count 1. Losses beyond the last count 1.</param>
    public ColumnWeights(FeatureSpace space, IReadOnlyList<string?> fields)
    {
        ArgumentNullException.ThrowIfNull(space);
        ArgumentNullException.ThrowIfNull(fields);
        _slots = [.. fields.Select(name => name is null ? -1 : SlotOf(space, name))];
    }

    /// <inheritdoc/>
    public override void Weigh(ImpressionBatch batch, int loss, Span<float> destination)
    {
        ArgumentNullException.ThrowIfNull(batch);
        if (loss >= _slots.Length || _slots[loss] < 0)
        {
            destination.Fill(1f);
        }
        else
        {
            batch.Numbers(_slots[loss])[..destination.Length].CopyTo(destination);
        }
    }

    private static int SlotOf(FeatureSpace space, string name)
    {
        int field = space.Schema.Fields.ToList().FindIndex(f => f.Name == name);
        return field >= 0 && space.Schema.Fields[field] is NumericField { Standardise: false, Buckets: null }
            ? space.SlotOf(field)
            : throw new EsmmException(EsmmErrorKind.Config, $"'{name}' is no numeric field that holds weights", "loss.rowWeights", "a numeric field with \"input\": false, or with \"standardise\": false and no buckets");
    }
}
