using EsmmLite.Kernels;
using EsmmLite.Layers;
using EsmmLite.Memory;

namespace EsmmLite.Training;

/// <summary>
/// Dense Adam of tables at the cost of the touched rows: a row takes the steps it missed, which have a gradient of 0, when it is
/// next touched or when <see cref="Settle"/> is called. While it rests nobody reads it, so nobody can tell (docs/family/optimizers.md).
/// </summary>
/// <remarks>
/// After a number of steps in which the first moment has shrunk by 2^-26 a row no longer moves; the rest of them decay the moments
/// in one multiplication. Up to that number, weights and moments have the bits of dense Adam.
/// </remarks>
internal sealed class ExactAdamTables : TableRule
{
    private readonly AdamClock _clock;
    private readonly AlignedBuffer[] _m;
    private readonly AlignedBuffer[] _v;
    private readonly long[][] _last;
    private readonly float[] _noGradient;
    private readonly TrainingOptions _options;

    internal ExactAdamTables(TrainingOptions options, LearningRate rate, IReadOnlyList<EmbeddingTable> tables)
    {
        if (options.Beta1 > OptimizerOptions.LargestExactBeta1)
        {
            throw new EsmmException(EsmmErrorKind.Usage, $"exact Adam with a β1 of {options.Beta1}", "TrainingOptions.Beta1", $"at most {OptimizerOptions.LargestExactBeta1}");
        }

        _options = options;
        _clock = new AdamClock(options, rate, options.Optimizer.TableRate, remembers: true);
        _m = Blocks(tables);
        _v = Blocks(tables);
        _last = [.. tables.Select(t => new long[t.Rows])];
        _noGradient = new float[tables.Select(t => t.Dim).DefaultIfEmpty(0).Max()];
        MostSteps = options.Beta1 == 0 ? 1 : 1 + (int)Math.Ceiling(26 * ExactMath.Log(2) / -ExactMath.Log(options.Beta1));
    }

    /// <summary>The most steps that a row takes one by one when it catches up.</summary>
    internal int MostSteps { get; }

    internal override IReadOnlyList<AlignedBuffer> State(int table) => [_m[table], _v[table]];

    internal override AdamClock? Clock => _clock;

    internal override long[]? LastSteps(int table) => _last[table];

    internal override long OtherBytes => _last.Sum(l => (long)l.Length * sizeof(long));

    internal override bool Owes => true;

    internal override void Begin() => _clock.Begin();

    internal override void Step(int table, EmbeddingTable values, RowGradients gradients)
    {
        foreach (int row in gradients.Rows)
        {
            CatchUp(table, values, row, _clock.Steps - 1);
            _last[table][row] = _clock.Steps;
        }

        AdamUpdate.Rows(gradients.Gradients, gradients.Rows, values.Dim, values.Values, _m[table].Span, _v[table].Span, _clock.Now);
    }

    internal override void Settle(int table, EmbeddingTable values, int firstRow, int rows)
    {
        for (int row = firstRow; row < firstRow + rows; row++)
        {
            CatchUp(table, values, row, _clock.Steps);
        }
    }

    private void CatchUp(int table, EmbeddingTable values, int row, long step)
    {
        ref long last = ref _last[table][row];

        // A row that was never touched has no moments: its missed steps were none.
        if (last == 0 || last >= step)
        {
            return;
        }

        int dim = values.Dim;
        Span<float> w = values.Row(row), m = _m[table].Span.Slice(row * dim, dim), v = _v[table].Span.Slice(row * dim, dim);
        long taken = Math.Min(step - last, MostSteps);
        for (int s = 1; s <= taken; s++)
        {
            AdamUpdate.Step(_noGradient.AsSpan(0, dim), w, m, v, _clock.At(last + s));
        }

        long rest = step - last - taken;
        if (rest > 0)
        {
            AdamUpdate.Decay(m, (float)AdamClock.Power(_options.Beta1, rest));
            AdamUpdate.Decay(v, (float)AdamClock.Power(_options.Beta2, rest));
        }

        last = step;
    }
}
