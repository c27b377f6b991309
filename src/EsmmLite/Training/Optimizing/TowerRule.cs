using System.Numerics.Tensors;
using EsmmLite.Kernels;
using EsmmLite.Memory;

namespace EsmmLite.Training;

/// <summary>How the towers' parameters follow their gradients. Called by several threads at once on different ranges.</summary>
internal abstract class TowerRule
{
    /// <summary>What it remembers of every parameter, in the towers' layout.</summary>
    internal abstract IReadOnlyList<AlignedBuffer> State { get; }

    /// <summary>The clock of a kind of Adam; null for other rules.</summary>
    internal virtual AdamClock? Clock => null;

    internal abstract void Begin();

    /// <summary>Updates the parameters from a place on.</summary>
    internal abstract void Step(ReadOnlySpan<float> gradients, Span<float> weights, int start);

    internal static TowerRule Create(TrainingOptions options, LearningRate rate, ReadOnlySpan<float> weights, Func<long> step) => options.Optimizer.Towers switch
    {
        TowerOptimizer.Adam => new AdamTowers(options, rate, weights.Length, decay: 0),
        TowerOptimizer.AdamW => new AdamTowers(options, rate, weights.Length, options.Optimizer.WeightDecay),
        TowerOptimizer.Adagrad => new AdagradTowers(options, rate, weights.Length, step),
        _ => new FtrlTowers(options, weights),
    };

    private sealed class AdamTowers(TrainingOptions options, LearningRate rate, int length, double decay) : TowerRule
    {
        private readonly AdamClock _clock = new(options, rate, 1, remembers: false);
        private readonly AlignedBuffer _m = new(length);
        private readonly AlignedBuffer _v = new(length);
        private float _keep = 1;

        internal override AdamClock? Clock => _clock;

        internal override IReadOnlyList<AlignedBuffer> State => [_m, _v];

        internal override void Begin()
        {
            _clock.Begin();
            _keep = (float)(1 - (rate.At(_clock.Steps) * decay));
        }

        internal override void Step(ReadOnlySpan<float> gradients, Span<float> weights, int start)
        {
            if (decay > 0)
            {
                TensorPrimitives.Multiply(weights, _keep, weights);
            }

            AdamUpdate.Step(gradients, weights, _m.Span.Slice(start, weights.Length), _v.Span.Slice(start, weights.Length), _clock.Now);
        }
    }

    private sealed class AdagradTowers : TowerRule
    {
        private readonly TrainingOptions _options;
        private readonly LearningRate _rate;
        private readonly Func<long> _step;
        private readonly AlignedBuffer _sums;
        private float _now;

        internal AdagradTowers(TrainingOptions options, LearningRate rate, int length, Func<long> step)
        {
            (_options, _rate, _step, _sums) = (options, rate, step, new AlignedBuffer(length));
            _sums.Span.Fill((float)options.Optimizer.InitialSum);
        }

        internal override IReadOnlyList<AlignedBuffer> State => [_sums];

        internal override void Begin() => _now = (float)_rate.At(_step());

        internal override void Step(ReadOnlySpan<float> gradients, Span<float> weights, int start) =>
            AdagradUpdate.Step(gradients, weights, _sums.Span.Slice(start, weights.Length), _now, (float)_options.Epsilon);
    }

    private sealed class FtrlTowers : TowerRule
    {
        private readonly AlignedBuffer _z;
        private readonly AlignedBuffer _n;
        private readonly FtrlConstants _constants;

        internal FtrlTowers(TrainingOptions options, ReadOnlySpan<float> weights)
        {
            (_z, _n) = (new AlignedBuffer(weights.Length), new AlignedBuffer(weights.Length));
            _constants = FtrlTables.ConstantsOf(options, 1);
            _n.Span.Fill((float)options.Optimizer.InitialSum);
            FtrlUpdate.Begin(weights, _n.Span, _z.Span, _constants);
        }

        internal override IReadOnlyList<AlignedBuffer> State => [_z, _n];

        internal override void Begin()
        {
        }

        internal override void Step(ReadOnlySpan<float> gradients, Span<float> weights, int start) =>
            FtrlUpdate.Step(gradients, weights, _z.Span.Slice(start, weights.Length), _n.Span.Slice(start, weights.Length), _constants);
    }
}
