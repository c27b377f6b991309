using EsmmLite.Features;
using EsmmLite.Layers;

namespace EsmmLite.Model;

/// <content>Looking inside.</content>
public sealed partial class EsmmModel
{
    /// <summary>
    /// Sends one impression through the network as scoring does, and gives what each part made of it: the input, then every layer of every
    /// tower; the last layer of a tower is its logit. For looking at models, not for speed.
    /// </summary>
    /// <param name="batch">Encoded impressions.</param>
    /// <param name="row">The impression.</param>
    /// <exception cref="EsmmException">The batch is another feature space's, or holds an id or number that is not valid.</exception>
    public IReadOnlyList<LayerOutput> Trace(ImpressionBatch batch, int row)
    {
        ArgumentNullException.ThrowIfNull(batch);
        ArgumentOutOfRangeException.ThrowIfNegative(row);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(row, batch.Count);
        BatchCheck.Require(Space, batch, labels: false);
        ForwardPass pass = new(this);
        pass.Run(batch, row, 1);
        return [new LayerOutput("input", pass.Input(0).ToArray()), .. Towers.Outputs(pass.Workspace, 0)];
    }
}
