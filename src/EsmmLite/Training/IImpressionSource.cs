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

    /// <summary>Goes to a place within an epoch, as if the impressions before it had been given. Unless a source has a shorter way, they are given and left.</summary>
    /// <param name="epoch">The epoch, from 0.</param>
    /// <param name="impressions">How many of it lie behind; a sum of whole batches.</param>
    /// <param name="scratch">A batch of the size that training uses.</param>
    /// <exception cref="EsmmException">The epoch has other batches than before.</exception>
    void GoTo(int epoch, long impressions, ImpressionBatch scratch)
    {
        StartEpoch(epoch);
        long given = 0;
        while (given < impressions && Fill(scratch))
        {
            given += scratch.Count;
        }

        if (given != impressions)
        {
            throw new EsmmException(EsmmErrorKind.Data, $"the source gives {given} impressions where {impressions} were trained on", "training data", "the impressions of the interrupted run, in the same batches");
        }
    }

    /// <summary>Fills a batch, up to its capacity.</summary>
    /// <returns>False at the end of the epoch, when nothing was filled in.</returns>
    bool Fill(ImpressionBatch batch);
}
