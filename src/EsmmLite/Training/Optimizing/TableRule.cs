using System.Numerics.Tensors;
using EsmmLite.Kernels;
using EsmmLite.Layers;
using EsmmLite.Memory;

namespace EsmmLite.Training;

/// <summary>How embedding tables follow the gradients of their touched rows. Called by several threads at once on different tables.</summary>
internal abstract class TableRule
{
    /// <summary>What it remembers of a table.</summary>
    internal abstract IReadOnlyList<AlignedBuffer> State(int table);

    /// <summary>Floats read and written for each weight of a touched row, its gradient included.</summary>
    internal virtual int FloatsAWeight => 7;

    /// <summary>Bytes that it holds beside <see cref="State"/>.</summary>
    internal virtual long OtherBytes => 0;

    /// <summary>The clock of a kind of Adam; null for other rules.</summary>
    internal virtual AdamClock? Clock => null;

    /// <summary>The last step of every row, where rows may rest; null otherwise.</summary>
    internal virtual long[]? LastSteps(int table) => null;

    internal abstract void Begin();

    /// <summary>Updates the touched rows of a table; there is at least one.</summary>
    internal abstract void Step(int table, EmbeddingTable values, RowGradients gradients);

    /// <summary>Whether rows owe steps, see <see cref="Settle"/>.</summary>
    internal virtual bool Owes => false;

    /// <summary>Brings some rows up to the last step.</summary>
    internal virtual void Settle(int table, EmbeddingTable values, int firstRow, int rows)
    {
    }

    internal static TableRule Create(TrainingOptions options, LearningRate rate, IReadOnlyList<EmbeddingTable> tables, Func<long> step) => options.Optimizer.Tables switch
    {
        TableOptimizer.LazyAdam => new LazyAdamTables(options, rate, tables, decay: 0),
        TableOptimizer.LazyAdamW => new LazyAdamTables(options, rate, tables, options.Optimizer.WeightDecay),
        TableOptimizer.ExactAdam => new ExactAdamTables(options, rate, tables),
        TableOptimizer.Adagrad => new AdagradTables(options, rate, tables, step, rowwise: false),
        TableOptimizer.RowwiseAdagrad => new AdagradTables(options, rate, tables, step, rowwise: true),
        _ => new FtrlTables(options, tables),
    };

    /// <summary>A block for each table, of one value for every weight or for every row, filled with a value.</summary>
    private protected static AlignedBuffer[] Blocks(IReadOnlyList<EmbeddingTable> tables, bool rowwise = false, double value = 0)
    {
        AlignedBuffer[] blocks = [.. tables.Select(t => new AlignedBuffer(rowwise ? t.Rows : t.Values.Length))];
        foreach (AlignedBuffer block in value == 0 ? [] : blocks)
        {
            block.Span.Fill((float)value);
        }

        return blocks;
    }
}

/// <summary>Adam of the touched rows.</summary>
internal sealed class LazyAdamTables(TrainingOptions options, LearningRate rate, IReadOnlyList<EmbeddingTable> tables, double decay) : TableRule
{
    private readonly AdamClock _clock = new(options, rate, options.Optimizer.TableRate, remembers: false);
    private readonly AlignedBuffer[] _m = Blocks(tables);
    private readonly AlignedBuffer[] _v = Blocks(tables);
    private float _keep = 1;

    internal override AdamClock? Clock => _clock;

    internal override IReadOnlyList<AlignedBuffer> State(int table) => [_m[table], _v[table]];

    internal override void Begin()
    {
        _clock.Begin();
        _keep = (float)(1 - (rate.At(_clock.Steps) * options.Optimizer.TableRate * decay));
    }

    internal override void Step(int table, EmbeddingTable values, RowGradients gradients)
    {
        for (int i = 0; decay > 0 && i < gradients.Count; i++)
        {
            Span<float> row = values.Row(gradients.Rows[i]);
            TensorPrimitives.Multiply(row, _keep, row);
        }

        AdamUpdate.Rows(gradients.Gradients, gradients.Rows, values.Dim, values.Values, _m[table].Span, _v[table].Span, _clock.Now);
    }
}

/// <summary>Adagrad with a sum for each weight, or for each row.</summary>
internal sealed class AdagradTables(TrainingOptions options, LearningRate rate, IReadOnlyList<EmbeddingTable> tables, Func<long> step, bool rowwise) : TableRule
{
    private readonly AlignedBuffer[] _sums = Blocks(tables, rowwise, options.Optimizer.InitialSum);
    private float _now;

    internal override IReadOnlyList<AlignedBuffer> State(int table) => [_sums[table]];

    internal override int FloatsAWeight => rowwise ? 3 : 5;

    internal override void Begin() => _now = (float)(rate.At(step()) * options.Optimizer.TableRate);

    internal override void Step(int table, EmbeddingTable values, RowGradients gradients)
    {
        int dim = values.Dim;
        for (int i = 0; i < gradients.Count; i++)
        {
            int row = gradients.Rows[i];
            ReadOnlySpan<float> gradient = gradients.Gradients.Slice(i * dim, dim);
            if (rowwise)
            {
                AdagradUpdate.Row(gradient, values.Row(row), ref _sums[table].Span[row], _now, (float)options.Epsilon);
            }
            else
            {
                AdagradUpdate.Step(gradient, values.Row(row), _sums[table].Span.Slice(row * dim, dim), _now, (float)options.Epsilon);
            }
        }
    }
}

/// <summary>FTRL-Proximal of the touched rows; the others have no gradient, so they would not move either.</summary>
internal sealed class FtrlTables : TableRule
{
    private readonly AlignedBuffer[] _z;
    private readonly AlignedBuffer[] _n;
    private readonly FtrlConstants _constants;

    internal FtrlTables(TrainingOptions options, IReadOnlyList<EmbeddingTable> tables)
    {
        (_z, _n) = (Blocks(tables), Blocks(tables, value: options.Optimizer.InitialSum));
        _constants = ConstantsOf(options, options.Optimizer.TableRate);
        for (int t = 0; t < tables.Count; t++)
        {
            FtrlUpdate.Begin(tables[t].Values, _n[t].Span, _z[t].Span, _constants);
        }
    }

    internal override IReadOnlyList<AlignedBuffer> State(int table) => [_z[table], _n[table]];

    internal override void Begin()
    {
    }

    internal override void Step(int table, EmbeddingTable values, RowGradients gradients)
    {
        int dim = values.Dim;
        for (int i = 0; i < gradients.Count; i++)
        {
            int row = gradients.Rows[i];
            FtrlUpdate.Step(gradients.Gradients.Slice(i * dim, dim), values.Row(row), _z[table].Span.Slice(row * dim, dim), _n[table].Span.Slice(row * dim, dim), _constants);
        }
    }

    /// <summary>A rate that changed would move every weight by itself: w is a function of z, n and the rate.</summary>
    internal static FtrlConstants ConstantsOf(TrainingOptions options, double factor)
    {
        OptimizerOptions o = options.Optimizer;
        return options.Schedule == new LearningRateSchedule()
            ? new((float)(1 / (options.LearningRate * factor)), (float)o.FtrlBeta, (float)o.FtrlL1, (float)o.FtrlL2)
            : throw new EsmmException(EsmmErrorKind.Usage, "FTRL with a schedule", "training.schedule", "a constant rate", "FTRL lowers the rate of each weight by itself.");
    }
}
