namespace EsmmLite.Training;

/// <summary>
/// The seam between logits and gradients: logits and labels in, losses and slopes out. An objective of one's own derives from
/// this class; <see cref="GradientCheck"/> proves it.
/// </summary>
/// <remarks>Stateless: called by several threads at once on different rows.</remarks>
public abstract class Objective
{
    /// <summary>The losses it reports, such as <c>ctr</c> and <c>ctcvr</c>.</summary>
    public abstract IReadOnlyList<string> Losses { get; }

    /// <summary>The fixed weight of each loss in the total.</summary>
    public virtual IReadOnlyList<double> LossWeights => [.. Losses.Select(_ => 1.0)];

    /// <summary>Losses of some rows, and the slopes of their weighted mean by every logit.</summary>
    /// <remarks>
    /// For loss l and row r, write its unweighted value to <c>rows.Loss(l)[r]</c>; add up over the losses
    /// weight of the loss · <c>rows.Weight(l)[r]</c> / <c>rows.Kept(l)</c> · slope into <c>rows.DLogits(task)[r]</c>, in double, and round once.
    /// A loss whose <c>Kept</c> is 0 contributes nothing.
    /// </remarks>
    public abstract void Slopes(in ObjectiveRows rows);

    /// <summary>Whether <see cref="BeginBatch"/> must have seen the logits of the whole batch before the first slope.</summary>
    public virtual bool SeesWholeBatch => false;

    /// <summary>Looks at the whole batch, once, before <see cref="Slopes"/>; for what is a sum over it.</summary>
    /// <remarks>Called only where <see cref="SeesWholeBatch"/>, by one thread. What it finds goes to <c>rows.BatchValues</c> and <c>rows.RowValues</c>.</remarks>
    public virtual void BeginBatch(in ObjectiveRows rows)
    {
    }
}

/// <summary>Some rows of a batch, as an objective sees them.</summary>
public readonly ref struct ObjectiveRows
{
    private readonly ObjectiveMemory _memory;
    private readonly int _first;

    internal ObjectiveRows(ObjectiveMemory memory, int first, int count)
    {
        _memory = memory;
        _first = first;
        Count = count;
    }

    /// <summary>Number of rows.</summary>
    public int Count { get; }

    /// <summary>Logits of a task. [count]</summary>
    public ReadOnlySpan<float> Logits(int task) => _memory.Workspace.Logits(task).Slice(_first, Count);

    /// <summary>Labels of a stage, 0 or 1. [count]</summary>
    public ReadOnlySpan<byte> Labels(int stage) => _memory.Batch.Labels(stage).Slice(_memory.BlockStart + _first, Count);

    /// <summary>Row weights of a loss. [count]</summary>
    public ReadOnlySpan<float> Weight(int loss) => _memory.Weights(loss).Slice(_memory.BlockStart + _first, Count);

    /// <summary>
    /// What a learned weighting multiplies a loss by in this step; 1 without one. It is in <see cref="Weight"/> already, so only an
    /// objective that divides by a sum of those weights needs it.
    /// </summary>
    public double Factor(int loss) => _memory.Factor(loss);

    /// <summary>Rows of the whole batch whose weight for a loss is not 0: what its mean is taken over.</summary>
    public int Kept(int loss) => _memory.Only < 0 || _memory.Only == loss ? _memory.Kept[loss] : 0;

    /// <summary>Eight numbers that <see cref="Objective.BeginBatch"/> may leave for <see cref="Objective.Slopes"/>.</summary>
    public Span<double> BatchValues => _memory.BatchValues;

    /// <summary>A number a row that <see cref="Objective.BeginBatch"/> may leave; none unless the objective sees whole batches. [count]</summary>
    public Span<double> RowValues => _memory.RowValues.Slice(_memory.BlockStart + _first, Count);

    /// <summary>Destination: the unweighted loss of each row. [count]</summary>
    public Span<double> Loss(int loss) => _memory.Losses(loss).Slice(_memory.BlockStart + _first, Count);

    /// <summary>Destination: slopes by the logits of a task. [count]</summary>
    public Span<float> DLogits(int task) => _memory.Workspace.DLogits(task).Slice(_first, Count);
}
