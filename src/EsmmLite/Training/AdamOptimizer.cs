using EsmmLite.Kernels;
using EsmmLite.Layers;
using EsmmLite.Memory;

namespace EsmmLite.Training;

/// <summary>
/// Adam with one global step count: dense for towers, lazy for tables (moments and weights of rows that are not in the batch stay
/// as they are, and cost nothing). ε is added to the root of the corrected second moment (docs/numerics.md).
/// </summary>
internal sealed class AdamOptimizer
{
    private readonly TrainingOptions _options;
    private readonly (AlignedBuffer M, AlignedBuffer V)[] _tables;
    private AdamConstants _constants;

    internal AdamOptimizer(TrainingOptions options, Bottom bottom, Towers towers)
    {
        _options = options;
        TowerM = new AlignedBuffer(towers.Parameters.Length);
        TowerV = new AlignedBuffer(towers.Parameters.Length);
        _tables = [.. bottom.Tables.Select(t => (new AlignedBuffer(t.Values.Length), new AlignedBuffer(t.Values.Length)))];
    }

    internal long Steps { get; private set; }

    /// <summary>β1^t.</summary>
    internal double Power1 { get; private set; } = 1;

    /// <summary>β2^t.</summary>
    internal double Power2 { get; private set; } = 1;

    internal AlignedBuffer TowerM { get; }

    internal AlignedBuffer TowerV { get; }

    internal AlignedBuffer TableM(int table) => _tables[table].M;

    internal AlignedBuffer TableV(int table) => _tables[table].V;

    /// <summary>Bytes of the moments.</summary>
    internal IEnumerable<MemoryPart> MemoryParts() => [new("table moments", _tables.Sum(t => t.M.Bytes + t.V.Bytes)), new("tower moments", TowerM.Bytes + TowerV.Bytes)];

    /// <summary>Goes on after a number of steps.</summary>
    internal void Restore(long steps, double power1, double power2) => (Steps, Power1, Power2) = (steps, power1, power2);

    /// <summary>Begins a step: β^t by repeated multiplication in double, each constant rounded once.</summary>
    internal void BeginStep()
    {
        Steps++;
        Power1 *= _options.Beta1;
        Power2 *= _options.Beta2;
        _constants = new AdamConstants(
            (float)_options.Beta1,
            (float)_options.Beta2,
            (float)(1 - _options.Beta1),
            (float)(1 - _options.Beta2),
            (float)(_options.LearningRate / (1 - Power1)),
            (float)(1 / (1 - Power2)),
            (float)_options.Epsilon);
    }

    /// <summary>Updates a range of the towers' parameters.</summary>
    internal void StepTowers(Towers towers, ReadOnlySpan<float> gradients, int start, int length) =>
        AdamUpdate.Step(gradients.Slice(start, length), towers.Parameters.Slice(start, length), TowerM.Span.Slice(start, length), TowerV.Span.Slice(start, length), _constants);

    /// <summary>Updates the touched rows of a table.</summary>
    internal void StepTable(int table, EmbeddingTable values, RowGradients gradients)
    {
        if (gradients.Count > 0)
        {
            AdamUpdate.Rows(gradients.Gradients, gradients.Rows, values.Dim, values.Values, _tables[table].M.Span, _tables[table].V.Span, _constants);
        }
    }
}
