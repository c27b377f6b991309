namespace EsmmLite.PeerComparison.Goldens;

/// <summary>The settings of all golden optimizers.</summary>
internal static class AdamSettings
{
    /// <summary>Step size.</summary>
    public const double LearningRate = 1e-2;

    /// <summary>Decay of the first moment.</summary>
    public const double Beta1 = 0.9;

    /// <summary>Decay of the second moment.</summary>
    public const double Beta2 = 0.999;

    /// <summary>Added to the denominator.</summary>
    public const double Epsilon = 1e-8;
}
