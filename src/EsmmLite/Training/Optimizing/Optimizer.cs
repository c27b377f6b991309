using System.Numerics.Tensors;
using EsmmLite.Layers;
using EsmmLite.Memory;

namespace EsmmLite.Training;

/// <summary>One rule for the towers, one for the tables, and the steps that both count.</summary>
internal sealed class Optimizer
{
    private readonly TrainingOptions _options;
    private readonly LearningRate _rate;
    private readonly TowerRule _towers;
    private readonly TableRule _tables;
    private readonly int _tableCount;

    internal Optimizer(TrainingOptions options, Bottom bottom, Towers towers)
    {
        _options = options;
        _rate = new LearningRate(options);
        _towers = TowerRule.Create(options, _rate, towers.Parameters, () => Steps);
        _tables = TableRule.Create(options, _rate, bottom.Tables, () => Steps);
        _tableCount = bottom.Tables.Count;
    }

    internal long Steps { get; private set; }

    /// <summary>The epoch that the schedule goes by, from 0.</summary>
    internal int Epoch
    {
        get => _rate.Epoch;
        set => _rate.BeginEpoch(value, Steps + 1);
    }

    /// <summary>The learning rate of the last step.</summary>
    internal double Rate => _rate.At(Math.Max(1, Steps));

    /// <summary>Floats read and written for each weight of a touched row.</summary>
    internal int FloatsAWeight => _tables.FloatsAWeight;

    /// <summary>Whether <see cref="Settle"/> has something to do.</summary>
    internal bool Owes => _tables.Owes;

    /// <summary>What the tower rule remembers: m and v of Adam. In the towers' layout.</summary>
    internal IReadOnlyList<AlignedBuffer> TowerState => _towers.State;

    /// <summary>What the table rule remembers of a table.</summary>
    internal IReadOnlyList<AlignedBuffer> TableState(int table) => _tables.State(table);

    /// <summary>Bytes of the moments.</summary>
    internal IEnumerable<MemoryPart> MemoryParts() =>
    [
        new("table moments", Enumerable.Range(0, _tableCount).Sum(t => _tables.State(t).Sum(b => b.Bytes)) + _tables.OtherBytes),
        new("tower moments", _towers.State.Sum(b => b.Bytes)),
    ];

    /// <summary>β1^t and β2^t: what the clocks of Adam have.</summary>
    internal (double First, double Second) Powers { get; private set; } = (1, 1);

    /// <summary>The epochs so far, each with its first step: the schedule goes by them.</summary>
    internal IReadOnlyList<(long Step, int Epoch)> Epochs => _rate.Epochs;

    /// <summary>The last step of every row of a table, where rows may rest; null otherwise.</summary>
    internal long[]? LastSteps(int table) => _tables.LastSteps(table);

    /// <summary>Constants of past steps, for rows that rested; empty where none do.</summary>
    internal float[] Past => _tables.Clock?.Past() ?? [];

    /// <summary>Length of <see cref="Past"/> after a number of steps.</summary>
    internal int PastLength(long steps) => 2 * (_tables.Clock?.PastSteps(steps) ?? 0);

    /// <summary>Goes on after a number of steps; the state's blocks are filled beside it.</summary>
    internal void Restore(long steps, (double First, double Second) powers, IReadOnlyList<(long Step, int Epoch)> epochs, ReadOnlySpan<float> past)
    {
        (Steps, Powers) = (steps, powers);
        _rate.Restore(epochs);
        _towers.Clock?.Restore(steps, powers.First, powers.Second, default);
        _tables.Clock?.Restore(steps, powers.First, powers.Second, past);
    }

    internal void BeginStep()
    {
        Steps++;
        Powers = (Powers.First * _options.Beta1, Powers.Second * _options.Beta2);
        _towers.Begin();
        _tables.Begin();
    }

    /// <summary>Updates a range of the towers' parameters.</summary>
    internal void StepTowers(Towers towers, ReadOnlySpan<float> gradients, int start, int length) =>
        _towers.Step(gradients.Slice(start, length), towers.Parameters.Slice(start, length), start);

    /// <summary>Updates the touched rows of a table.</summary>
    internal void StepTable(int table, EmbeddingTable values, RowGradients gradients)
    {
        if (gradients.Count == 0)
        {
            return;
        }

        if (_options.TableL2 > 0)
        {
            AddL2(values, gradients, (float)_options.TableL2);
        }

        _tables.Step(table, values, gradients);
    }

    /// <summary>Brings rows of a table up to the last step, where its rule puts steps off.</summary>
    internal void Settle(int table, EmbeddingTable values, int firstRow, int rows) => _tables.Settle(table, values, firstRow, rows);

    private static void AddL2(EmbeddingTable values, RowGradients gradients, float l2)
    {
        for (int i = 0; i < gradients.Count; i++)
        {
            Span<float> gradient = gradients.Values.Slice(i * values.Dim, values.Dim);
            TensorPrimitives.FusedMultiplyAdd(values.Row(gradients.Rows[i]), l2, gradient, gradient);
        }
    }
}
