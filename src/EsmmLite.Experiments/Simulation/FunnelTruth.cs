using EsmmLite.Kernels;

namespace EsmmLite.Experiments.Simulation;

/// <summary>
/// The true click and conversion logits, as a log shows them: each an intercept plus its spread times a mix of a common structure and of one
/// of its own, √Sharing · common + √(1 − Sharing) · own, whose variance does not depend on the mix.
/// </summary>
internal sealed class FunnelTruth
{
    private const int CalibrationSample = 1 << 16;

    private readonly LogitStructure _common;
    private readonly LogitStructure _clickOwn;
    private readonly LogitStructure _conversionOwn;
    private readonly double _clickCommonScale;
    private readonly double _clickOwnScale;
    private readonly double _conversionCommonScale;
    private readonly double _conversionOwnScale;
    private readonly double[] _position;
    private readonly double _clickIntercept;
    private readonly double _conversionIntercept;

    public FunnelTruth(FunnelSimulatorOptions options, ImpressionWorld world)
    {
        _common = new LogitStructure(options, SplitMix.Stream(options.Seed, (ulong)SimulationStream.CommonStructure));
        _clickOwn = new LogitStructure(options, SplitMix.Stream(options.Seed, (ulong)SimulationStream.ClickStructure));
        _conversionOwn = new LogitStructure(options, SplitMix.Stream(options.Seed, (ulong)SimulationStream.ConversionStructure));
        _clickCommonScale = options.ObservedShift * Math.Sqrt(options.Sharing);
        _clickOwnScale = options.ObservedShift * Math.Sqrt(1.0 - options.Sharing);
        _conversionCommonScale = options.ConversionSpread * Math.Sqrt(options.Sharing);
        _conversionOwnScale = options.ConversionSpread * Math.Sqrt(1.0 - options.Sharing);
        _position = [.. Enumerable.Range(0, options.Positions + 1).Select(p => p < 1 || options.PositionEffect == 0 ? 0 : -options.PositionEffect * ExactMath.Log(p))];

        // Logits without intercepts, of impressions that are not part of the log.
        double[] click = new double[CalibrationSample];
        double[] conversion = new double[CalibrationSample];
        double[] weight = new double[CalibrationSample];
        SplitMix random = SplitMix.Stream(options.Seed, (ulong)SimulationStream.Calibration);
        SplitMix positions = SplitMix.Stream(options.Seed, (ulong)SimulationStream.CalibrationPositions);
        for (int i = 0; i < CalibrationSample; i++)
        {
            // Over all hours of a day; where users and items are replaced, over the time in which all of them are.
            double day = options.ImpressionsPerDay > 0 ? i / (CalibrationSample * (options.Churn > 0 ? options.Churn : 1)) : 0;
            ImpressionContext x = world.Draw(ref random, ref positions, day);
            (click[i], conversion[i]) = Logits(x);
            click[i] += OfPosition(x);
        }

        // Clicked rows are a sample of the impressions weighted by P(click): the mean CVR over them needs no drawn labels.
        Array.Fill(weight, 1.0);
        _clickIntercept = InterceptCalibration.Solve(click, weight, options.TargetCtr);
        for (int i = 0; i < CalibrationSample; i++)
        {
            weight[i] = ExactMath.Sigmoid(_clickIntercept + click[i]);
        }

        _conversionIntercept = InterceptCalibration.Solve(conversion, weight, options.TargetCvr);
    }

    /// <summary>The two true logits of an impression, but for what its position adds to the first.</summary>
    public (double Click, double Conversion) Logits(in ImpressionContext x)
    {
        double common = _common.Score(x);
        double click = (_clickCommonScale * common) + (_clickOwnScale * _clickOwn.Score(x));
        double conversion = (_conversionCommonScale * common) + (_conversionOwnScale * _conversionOwn.Score(x));
        return (_clickIntercept + click, _conversionIntercept + conversion);
    }

    /// <summary>What the position adds to the click logit.</summary>
    public double OfPosition(in ImpressionContext x) => _position[x.Position];
}
