namespace EsmmLite.Experiments.Ranking;

/// <summary>A difference measured once a seed: its mean, its spread, and whether so few seeds support that it is not 0.</summary>
public sealed record PairedDifference
{
    // Two-sided 95 % points of Student's t with 1, 2, .. degrees of freedom.
    private static readonly double[] StudentT = [12.706, 4.303, 3.182, 2.776, 2.571, 2.447, 2.365, 2.306, 2.262];

    private PairedDifference(int seeds, double mean, double deviation) => (Seeds, Mean, Deviation) = (seeds, mean, deviation);

    /// <summary>Number of seeds.</summary>
    public int Seeds { get; }

    /// <summary>Mean of the differences.</summary>
    public double Mean { get; }

    /// <summary>Standard deviation of the differences (n − 1 in the denominator).</summary>
    public double Deviation { get; }

    /// <summary>Half the width of the 95 % interval of the mean, by Student's t.</summary>
    public double HalfInterval => StudentT[Math.Min(Seeds - 2, StudentT.Length - 1)] * Deviation / Math.Sqrt(Seeds);

    /// <summary>Whether the 95 % interval excludes 0.</summary>
    public bool IsSupported => Math.Abs(Mean) > HalfInterval;

    /// <summary>Summarises differences.</summary>
    /// <param name="differences">One a seed; at least two.</param>
    public static PairedDifference Of(ReadOnlySpan<double> differences)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(differences.Length, 2);
        (double mean, double deviation) = MeanAndDeviation(differences);
        return new PairedDifference(differences.Length, mean, deviation);
    }

    /// <summary>Mean and standard deviation (n − 1 in the denominator) of at least two values.</summary>
    public static (double Mean, double Deviation) MeanAndDeviation(ReadOnlySpan<double> values)
    {
        double sum = 0;
        foreach (double value in values)
        {
            sum += value;
        }

        double mean = sum / values.Length;
        double squares = 0;
        foreach (double value in values)
        {
            squares += (value - mean) * (value - mean);
        }

        return (mean, Math.Sqrt(squares / (values.Length - 1)));
    }
}
