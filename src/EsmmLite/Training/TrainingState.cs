namespace EsmmLite.Training;

/// <summary>A place in the training data.</summary>
/// <param name="Epoch">The epoch, from 0.</param>
/// <param name="Impressions">How many of its impressions are behind the weights.</param>
public readonly record struct TrainingPosition(int Epoch, long Impressions);

/// <summary>Where training over epochs stands between two steps: what a checkpoint keeps beside weights and moments.</summary>
/// <param name="losses">Number of the objective's losses.</param>
internal sealed class TrainingState(int losses)
{
    /// <summary>The epoch that was begun, or is the next to begin; from 0.</summary>
    internal int Epoch { get; set; }

    /// <summary>Impressions of that epoch that are behind the weights.</summary>
    internal long Visited { get; set; }

    /// <summary>Sums of the losses over them.</summary>
    internal double[] Sums { get; } = new double[losses];

    /// <summary>The epochs that ended.</summary>
    internal List<EpochResult> Epochs { get; } = [];

    /// <summary>The best epoch so far, from 1; 0 before the first, and without early stopping.</summary>
    internal int BestEpoch { get; set; }

    /// <summary>Its metric; null where it was undefined.</summary>
    internal double? BestValue { get; set; }

    /// <summary>Whether patience ran out.</summary>
    internal bool StoppedEarly { get; set; }

    internal TrainingPosition Position => new(Epoch, Visited);

    /// <summary>Goes on to the next epoch.</summary>
    internal void EndEpoch(EpochResult result)
    {
        Epochs.Add(result);
        Epoch++;
        Visited = 0;
        Sums.AsSpan().Clear();
    }
}
