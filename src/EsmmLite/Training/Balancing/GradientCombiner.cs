namespace EsmmLite.Training;

/// <summary>
/// The seam between the losses' gradients and the parameters that they share. Without one they add up. A combiner sees the inner
/// products of the losses' gradients and says what each counts: all that PCGrad and its kin need (docs/family/weights.md).
/// </summary>
/// <remarks>
/// A loss's gradient is that of the loss as weighted, over tables and over every part of the towers that at least two losses
/// reach: with ESMM that includes the CTR tower. Each loss has a way back of its own, so a step costs about as much again for each further loss.
/// </remarks>
public abstract class GradientCombiner
{
    /// <summary>Sets how much of each loss's gradient the shared parameters follow.</summary>
    /// <param name="gram">Inner products of the losses' gradients. [losses x losses]</param>
    /// <param name="coefficients">Destination: what each gradient is multiplied by; 1 before. [losses]</param>
    public abstract void Combine(ReadOnlySpan<double> gram, Span<double> coefficients);
}

/// <summary>
/// PCGrad: where two losses' gradients point against each other, each gives up its component along the other. Source: Yu et al.
/// 2020, Algorithm 1, the others taken in order instead of at random; for two losses that is the same.
/// </summary>
public sealed class PcGrad : GradientCombiner
{
    /// <inheritdoc/>
    public override void Combine(ReadOnlySpan<double> gram, Span<double> coefficients)
    {
        int losses = coefficients.Length;
        Span<double> own = stackalloc double[losses];
        coefficients.Clear();
        for (int i = 0; i < losses; i++)
        {
            // The projected gradient of loss i as a sum of the losses' gradients.
            own.Clear();
            own[i] = 1;
            for (int j = 0; j < losses; j++)
            {
                double product = 0;
                for (int k = 0; k < losses; k++)
                {
                    product += own[k] * gram[(k * losses) + j];
                }

                if (j != i && product < 0 && gram[(j * losses) + j] > 0)
                {
                    own[j] -= product / gram[(j * losses) + j];
                }
            }

            for (int k = 0; k < losses; k++)
            {
                coefficients[k] += own[k];
            }
        }
    }
}
