using EsmmLite.Features;

namespace EsmmLite.Layers;

/// <summary>The seam between encoded impressions and towers: how the network's input is made from embeddings.</summary>
/// <remarks>Forward is called by several threads at once on different rows; Backward by one thread a table.</remarks>
public abstract class Bottom
{
    /// <summary>Where every field stands in the input.</summary>
    public abstract InputLayout Layout { get; }

    /// <summary>The tables that it trains.</summary>
    public abstract IReadOnlyList<EmbeddingTable> Tables { get; }

    /// <summary>The input of some rows of a batch.</summary>
    /// <param name="batch">Encoded impressions.</param>
    /// <param name="firstRow">First row of the batch.</param>
    /// <param name="rows">Number of rows.</param>
    /// <param name="parts">The parts of the input to fill; the other columns are left as they are.</param>
    /// <param name="inputs">Destination. [rows x layout stride]</param>
    public abstract void Forward(ImpressionBatch batch, int firstRow, int rows, Part parts, Span<float> inputs);

    /// <summary>Adds the gradient of one table over some rows of a batch, in impression order.</summary>
    /// <param name="table">Index of the table.</param>
    /// <param name="batch">Encoded impressions.</param>
    /// <param name="firstRow">First row of the batch.</param>
    /// <param name="rows">Number of rows.</param>
    /// <param name="dInputs">Gradient of the loss by the inputs. [rows x layout stride]</param>
    /// <param name="destination">The table's row gradients.</param>
    public abstract void Backward(int table, ImpressionBatch batch, int firstRow, int rows, ReadOnlySpan<float> dInputs, RowGradients destination);

    /// <summary>How often rows of a table can occur in one impression.</summary>
    internal virtual int OccurrencesOf(int table) => 1;

    /// <summary>A copy for scoring whose tables hold brain floats.</summary>
    /// <param name="towers">The towers of the copy.</param>
    internal virtual Bottom Narrow(Towers towers) => throw new NotSupportedException();

    /// <summary>Memory for behaviour sequences; null where the way goes without. In training for a block of rows, in scoring for any number of them.</summary>
    internal virtual BottomWorkspace? CreateWorkspace(int rows, bool training) => null;

    /// <summary>Floats that an impression takes of <see cref="CreateWorkspace"/> in training, at most, on the way forward.</summary>
    internal virtual long FloatsOfSequences => 0;

    /// <summary>Gathers what all candidates of a request share beside the request's columns, for <see cref="Forward(ImpressionBatch, int, int, Part, DistinctInputs?, BottomWorkspace?, Span{float})"/> of the candidates' parts.</summary>
    internal virtual void KeepRequest(ImpressionBatch request, BottomWorkspace? workspace)
    {
    }

    /// <summary>From the gradient by some rows' inputs to those of the bottom's own layers, for <see cref="Backward(int, ImpressionBatch, int, int, ReadOnlySpan{float}, BottomWorkspace?, RowGradients)"/> and <see cref="BackwardWeights"/>.</summary>
    internal virtual void BackwardInputs(int firstRow, int rows, ReadOnlySpan<float> dInputs, BottomWorkspace? workspace)
    {
    }

    /// <summary>One tile of the gradient of the activation units' parameters over the first rows of a block.</summary>
    internal virtual void BackwardWeights(int tile, int rows, BottomWorkspace? workspace, Span<float> gradients, bool accumulate) => throw new NotSupportedException();

    /// <summary><see cref="Backward(int, ImpressionBatch, int, int, ReadOnlySpan{float}, RowGradients)"/> after <see cref="BackwardInputs"/>.</summary>
    internal virtual void Backward(int table, ImpressionBatch batch, int firstRow, int rows, ReadOnlySpan<float> dInputs, BottomWorkspace? workspace, RowGradients destination) =>
        Backward(table, batch, firstRow, rows, dInputs, destination);

    /// <summary>Whether <see cref="FindDistinct"/> and its companions are there.</summary>
    internal virtual bool FindsDistinct => false;

    /// <summary>Finds the distinct rows of a separate field in some rows of a batch.</summary>
    internal virtual void FindDistinct(DistinctRows field, ImpressionBatch batch, int firstRow, int rows, int limit, bool all) => throw new NotSupportedException();

    /// <summary>The input without the fields whose products are formed by distinct row.</summary>
    internal virtual void Forward(ImpressionBatch batch, int firstRow, int rows, Part parts, DistinctInputs? distinct, BottomWorkspace? workspace, Span<float> inputs) => Forward(batch, firstRow, rows, parts, inputs);

    /// <summary>Adds what crosses contribute to the gradient of a separate field's table.</summary>
    internal virtual void BackwardCrosses(int table, ImpressionBatch batch, int firstRow, int rows, ReadOnlySpan<float> dInputs, RowGradients destination) => throw new NotSupportedException();
}
