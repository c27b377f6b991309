using EsmmLite.Features;

namespace EsmmLite.Training;

/// <summary>Where training takes its impressions from. Write one to train from anything: memory, a queue, a database.</summary>
public interface IImpressionSource
{
    /// <summary>Impressions in an epoch, for progress and time left; 0 if not known.</summary>
    long Rows { get; }

    /// <summary>Begins an epoch.</summary>
    /// <param name="epoch">From 0. A source may order its impressions by it, but must give the same order for the same epoch.</param>
    void StartEpoch(int epoch);

    /// <summary>Fills a batch, up to its capacity.</summary>
    /// <returns>False at the end of the epoch, when nothing was filled in.</returns>
    bool Fill(ImpressionBatch batch);
}
