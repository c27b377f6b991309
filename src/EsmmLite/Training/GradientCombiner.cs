namespace EsmmLite.Training;

/// <summary>
/// The seam between the tasks' gradients and the shared bottom. Without one, the tasks' gradients are added in one chain;
/// a combiner sees each task's gradient by the inputs and makes one of them.
/// </summary>
public abstract class GradientCombiner
{
    /// <summary>
    /// Combines the tasks' gradients of some rows. Which rows come together depends on the model and the batch alone, not on the
    /// threads. Rows are <see cref="Layers.InputLayout.Stride"/> floats long, of which the first <see cref="Layers.InputLayout.Width"/> count.
    /// </summary>
    /// <param name="tasks">Number of tasks.</param>
    /// <param name="dInputs">Each task's gradient by the inputs, one after another. [tasks x length]</param>
    /// <param name="destination">The combined gradient. [length]</param>
    public abstract void Combine(int tasks, ReadOnlySpan<float> dInputs, Span<float> destination);
}
