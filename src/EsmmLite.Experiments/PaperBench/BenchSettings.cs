using EsmmLite.Model;
using EsmmLite.Training;

namespace EsmmLite.Experiments.PaperBench;

/// <summary>How networks are shaped and trained: by default as the paper says (embeddings of 18, layers of 360, 200 and 80, ReLU, Adam).</summary>
/// <remarks>The paper does not say learning rate, batch and epochs: here each network stops by the loss of its own task on the same validation impressions.</remarks>
public sealed record BenchSettings
{
    /// <summary>Length of embeddings.</summary>
    public int Dim { get; init; } = 18;

    /// <summary>Sizes of each network's hidden layers.</summary>
    public IReadOnlyList<int> Layers { get; init; } = [360, 200, 80];

    /// <summary>Sizes of the hidden layers of CTR networks and towers, if they are not those of <see cref="Layers"/>.</summary>
    public IReadOnlyList<int>? CtrLayers { get; init; }

    /// <summary>Adam's learning rate.</summary>
    public double LearningRate { get; init; } = 1e-3;

    /// <summary>Impressions in a step.</summary>
    public int Batch { get; init; } = 256;

    /// <summary>The most epochs of a network that sees all impressions.</summary>
    public int Epochs { get; init; } = 12;

    /// <summary>Epochs without improvement before such a network stops.</summary>
    public int Patience { get; init; } = 2;

    /// <summary>The most epochs of a network that sees clicked impressions only. They are few, so it gets as many as it wants.</summary>
    public int ClickedEpochs { get; init; } = 60;

    /// <summary>Epochs without improvement before such a network stops.</summary>
    public int ClickedPatience { get; init; } = 5;

    /// <summary>
    /// Steps that every network may take, however few impressions it sees: on a small log, or a small share of one, the epochs above would end it before it has
    /// learned, and sooner the one that sees more impressions an epoch.
    /// </summary>
    public int LeastSteps { get; init; } = 1_200;

    /// <summary>Steps without improvement that every network may take.</summary>
    public int LeastPatience { get; init; } = 100;

    /// <summary>The quantile of the clicked impressions' pCTR below which UNBIAS keeps all of them.</summary>
    public double UnbiasQuantile { get; init; } = 0.1;

    /// <summary>The most epochs of a network, and those without improvement.</summary>
    /// <param name="clickedOnly">Whether it sees clicked impressions only.</param>
    /// <param name="rows">The impressions that it sees.</param>
    internal (int Epochs, int Patience) Limits(bool clickedOnly, long rows)
    {
        long steps = Math.Max(1, (rows + Batch - 1) / Batch);
        int Epochs(int usual, int least) => (int)Math.Max(usual, (least + steps - 1) / steps);
        return clickedOnly ? (Epochs(ClickedEpochs, LeastSteps), Epochs(ClickedPatience, LeastPatience)) : (Epochs(this.Epochs, LeastSteps), Epochs(Patience, LeastPatience));
    }

    /// <summary>A model with one tower in use, or both.</summary>
    internal ModelOptions Shape(bool ctr, bool cvr, ulong seed) => new()
    {
        CtrTower = ctr ? CtrLayers ?? Layers : [],
        CvrTower = cvr ? Layers : [],
        EmbeddingInitialiser = EmbeddingInitialiser.Uniform,
        Seed = seed,
    };

    internal TrainingOptions Options(ulong seed) => new() { LearningRate = LearningRate, Batch = Batch, Seed = seed };
}
