using EsmmLite.Kernels;

namespace EsmmLite.Experiments.Simulation;

/// <summary>
/// The true click and conversion logits: each an intercept plus LogitSpread times a mix of a common structure and of one of its own,
/// √Sharing · common + √(1 − Sharing) · own, whose variance does not depend on the mix.
/// </summary>
internal sealed class FunnelTruth
{
    private const int CalibrationSample = 1 << 16;

    private readonly LogitStructure _common;
    private readonly LogitStructure _clickOwn;
    private readonly LogitStructure _conversionOwn;
    private readonly double _commonScale;
    private readonly double _ownScale;
    private readonly double _clickIntercept;
    private readonly double _conversionIntercept;

    public FunnelTruth(FunnelSimulatorOptions options, ImpressionWorld world)
    {
        _common = new LogitStructure(options, SplitMix.Stream(options.Seed, (ulong)SimulationStream.CommonStructure));
        _clickOwn = new LogitStructure(options, SplitMix.Stream(options.Seed, (ulong)SimulationStream.ClickStructure));
        _conversionOwn = new LogitStructure(options, SplitMix.Stream(options.Seed, (ulong)SimulationStream.ConversionStructure));
        _commonScale = options.LogitSpread * Math.Sqrt(options.Sharing);
        _ownScale = options.LogitSpread * Math.Sqrt(1.0 - options.Sharing);

        // Logits without intercepts, of impressions that are not part of the log.
        double[] click = new double[CalibrationSample];
        double[] conversion = new double[CalibrationSample];
        double[] weight = new double[CalibrationSample];
        SplitMix random = SplitMix.Stream(options.Seed, (ulong)SimulationStream.Calibration);
        for (int i = 0; i < CalibrationSample; i++)
        {
            (click[i], conversion[i]) = Logits(world.Draw(ref random));
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

    /// <summary>The two true logits of an impression.</summary>
    public (double Click, double Conversion) Logits(in ImpressionContext x)
    {
        double common = _commonScale * _common.Score(x);
        double click = common + (_ownScale * _clickOwn.Score(x));
        double conversion = common + (_ownScale * _conversionOwn.Score(x));
        return (_clickIntercept + click, _conversionIntercept + conversion);
    }
}
