using EsmmLite.Features;

namespace EsmmLite.Training;

/// <summary>The seam that says which rows a loss sees, and with what weight. A weight of 0 leaves the row out of the loss and of its mean.</summary>
public abstract class RowSampling
{
    /// <summary>Row weights of one loss for a batch.</summary>
    /// <param name="batch">Encoded impressions with labels.</param>
    /// <param name="loss">Index of the loss in the objective.</param>
    /// <param name="destination">Weights, finite and not negative. [batch count]</param>
    public abstract void Weigh(ImpressionBatch batch, int loss, Span<float> destination);
}

/// <summary>ESMM's choice: every loss sees every impression.</summary>
public sealed class EntireSpace : RowSampling
{
    /// <inheritdoc/>
    public override void Weigh(ImpressionBatch batch, int loss, Span<float> destination) => destination.Fill(1f);
}

/// <summary>The classic way to train CVR: only clicked impressions, which is where ESMM's argument of sample selection bias begins.</summary>
public sealed class ClickedRows : RowSampling
{
    /// <inheritdoc/>
    public override void Weigh(ImpressionBatch batch, int loss, Span<float> destination)
    {
        ArgumentNullException.ThrowIfNull(batch);
        ReadOnlySpan<byte> clicks = batch.Labels(0);
        for (int r = 0; r < destination.Length; r++)
        {
            destination[r] = clicks[r];
        }
    }
}
