using EsmmLite.Features;
using EsmmLite.Layers;

namespace EsmmLite.Model;

/// <content>Looking inside.</content>
public sealed partial class EsmmModel
{
    /// <summary>
    /// Sends one impression through the network as scoring does, and gives what each part made of it: the input, then every layer of every
    /// tower; the last layer of a tower is its logit. Towers whose layers are more than dense layers with ReLU give their logit alone. For looking at models, not for speed.
    /// </summary>
    /// <param name="batch">Encoded impressions.</param>
    /// <param name="row">The impression.</param>
    /// <exception cref="EsmmException">The batch is another feature space's, or holds an id or number that is not valid.</exception>
    public IReadOnlyList<LayerOutput> Trace(ImpressionBatch batch, int row)
    {
        ForwardPass pass = Passed(batch, row);
        LayerOutput[] layers = [.. pass.Outputs(0)];
        return [new LayerOutput("input", pass.Input(0).ToArray()), .. layers.Length > 0 ? layers
            : ModelKinds.TowersOf(Options.Kind, Space.Schema.Labels.Count).Select((name, task) => new LayerOutput(name + ".logit", [pass.Workspace.Logits(task)[0]]))];
    }

    /// <summary>The logits of pCTR and pCVR of one impression, whatever towers they come from.</summary>
    /// <inheritdoc cref="Trace"/>
    public (float Ctr, float Cvr) LogitsOf(ImpressionBatch batch, int row)
    {
        ForwardPass pass = Passed(batch, row);
        double[] logits = [.. Enumerable.Range(0, pass.Tasks).Select(task => (double)pass.Workspace.Logits(task)[0])];
        return ((float)logits[Ctr], Head.CvrLogit(logits));
    }

    private ForwardPass Passed(ImpressionBatch batch, int row)
    {
        ArgumentNullException.ThrowIfNull(batch);
        ArgumentOutOfRangeException.ThrowIfNegative(row);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(row, batch.Count);
        BatchCheck.Require(Space, batch, labels: false);
        ForwardPass pass = new(this);
        pass.Run(batch, row, 1);
        return pass;
    }
}
