using EsmmLite.Kernels;

namespace EsmmLite.Experiments.Simulation;

/// <summary>
/// The time from impression to conversion: exponential, with a mean of its own for every category and device. The logarithm of
/// the mean has a standard deviation of 0.8 over categories and devices.
/// </summary>
internal sealed class ConversionDelay
{
    private const double Spread = 0.8;
    private static readonly double EachSpread = Spread * Math.Sqrt(0.5);

    private readonly double[] _category;
    private readonly double[] _device;

    public ConversionDelay(FunnelSimulatorOptions options)
    {
        SplitMix random = SplitMix.Stream(options.Seed, (ulong)SimulationStream.DelayStructure);
        double each = Math.Sqrt(options.DelayHours);
        _category = Factors(options.Categories, each, ref random);
        _device = Factors(options.Devices, each, ref random);
    }

    /// <summary>Mean hours of an impression's conversion.</summary>
    public double MeanHours(in ImpressionContext x) => _category[x.Category] * _device[x.Device];

    /// <summary>Draws a delay.</summary>
    public TimeSpan Draw(in ImpressionContext x, ref SplitMix random)
    {
        // −ln(1 − U) is exponential with mean 1; U is below 1.
        double hours = -MeanHours(x) * ExactMath.Log1p(-random.NextDouble());
        return TimeSpan.FromSeconds(Math.Floor(hours * 3600));
    }

    /// <summary>Factors whose mean is <paramref name="mean"/>: e^(s n − s² / 2), n standard normal, has mean 1.</summary>
    private static double[] Factors(int count, double mean, ref SplitMix random)
    {
        double[] factors = new double[count];
        for (int i = 0; i < count; i++)
        {
            factors[i] = mean * ExactMath.Exp((EachSpread * random.NextGaussian()) - (0.5 * EachSpread * EachSpread));
        }

        return factors;
    }
}
