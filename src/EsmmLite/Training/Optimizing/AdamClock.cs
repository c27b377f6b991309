using EsmmLite.Kernels;

namespace EsmmLite.Training;

/// <summary>The constants of Adam's steps: of the present one, and of past ones for rows that catch up.</summary>
internal sealed class AdamClock
{
    private const int Remembered = 1 << 16;

    private readonly TrainingOptions _options;
    private readonly double _factor;
    private readonly LearningRate _rate;
    private readonly (float StepSize, float Correction)[] _past;
    private AdamConstants _now;

    /// <param name="options">β1, β2, ε.</param>
    /// <param name="rate">The learning rate of each step.</param>
    /// <param name="factor">What it is multiplied by.</param>
    /// <param name="remembers">Whether <see cref="At"/> is wanted.</param>
    internal AdamClock(TrainingOptions options, LearningRate rate, double factor, bool remembers)
    {
        _options = options;
        _rate = rate;
        _factor = factor;
        _past = new (float, float)[remembers ? Remembered : 0];
    }

    internal long Steps { get; private set; }

    /// <summary>β1^t.</summary>
    internal double Power1 { get; private set; } = 1;

    /// <summary>β2^t.</summary>
    internal double Power2 { get; private set; } = 1;

    internal ref readonly AdamConstants Now => ref _now;

    /// <summary>The two changing constants of each step that is remembered, the oldest first; none where <see cref="At"/> is not wanted.</summary>
    internal float[] Past()
    {
        float[] constants = new float[2 * PastSteps(Steps)];
        for (int i = 0; i < constants.Length / 2; i++)
        {
            (constants[2 * i], constants[(2 * i) + 1]) = _past[(Steps - (constants.Length / 2) + 1 + i) % Remembered];
        }

        return constants;
    }

    /// <summary>How many steps are remembered after a number of them.</summary>
    internal int PastSteps(long steps) => (int)Math.Min(_past.Length, steps);

    /// <summary>Goes on after a number of steps.</summary>
    internal void Restore(long steps, double power1, double power2, ReadOnlySpan<float> past)
    {
        (Steps, Power1, Power2) = (steps, power1, power2);
        for (int i = 0; i < past.Length / 2; i++)
        {
            _past[(steps - (past.Length / 2) + 1 + i) % Remembered] = (past[2 * i], past[(2 * i) + 1]);
        }
    }

    /// <summary>Begins a step: β^t by repeated multiplication in double, each constant rounded once.</summary>
    internal void Begin()
    {
        Steps++;
        Power1 *= _options.Beta1;
        Power2 *= _options.Beta2;
        _now = With((float)(_rate.At(Steps) * _factor / (1 - Power1)), (float)(1 / (1 - Power2)));
        if (_past.Length > 0)
        {
            _past[Steps % Remembered] = (_now.StepSize, _now.SecondCorrection);
        }
    }

    /// <summary>The constants of a past step. Those of the last 65,536 are remembered, to the bit; older ones are formed anew.</summary>
    internal AdamConstants At(long step)
    {
        if (Steps - step < Remembered)
        {
            (float stepSize, float correction) = _past[step % Remembered];
            return With(stepSize, correction);
        }

        return With((float)(_rate.At(step) * _factor / (1 - Power(_options.Beta1, step))), (float)(1 / (1 - Power(_options.Beta2, step))));
    }

    /// <summary>β^n through the logarithm.</summary>
    internal static double Power(double beta, long n) => beta == 0 ? 0 : ExactMath.Exp(n * ExactMath.Log(beta));

    private AdamConstants With(float stepSize, float correction) =>
        new((float)_options.Beta1, (float)_options.Beta2, (float)(1 - _options.Beta1), (float)(1 - _options.Beta2), stepSize, correction, (float)_options.Epsilon);
}
