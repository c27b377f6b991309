namespace EsmmLite.Training;

/// <summary>The learning rate of every step of a run, of past ones too.</summary>
internal sealed class LearningRate(TrainingOptions options)
{
    // Where each epoch began: the first step after the epoch was set.
    private readonly List<(long Step, int Epoch)> _epochs = [(1, 0)];

    /// <summary>The epoch that the coming steps belong to, from 0.</summary>
    internal int Epoch => _epochs[^1].Epoch;

    /// <summary>The epochs so far, each with its first step.</summary>
    internal IReadOnlyList<(long Step, int Epoch)> Epochs => _epochs;

    /// <summary>Goes on after other epochs.</summary>
    internal void Restore(IReadOnlyList<(long Step, int Epoch)> epochs)
    {
        _epochs.Clear();
        _epochs.AddRange(epochs);
    }

    /// <summary>Begins an epoch.</summary>
    internal void BeginEpoch(int epoch, long nextStep)
    {
        if (epoch == Epoch)
        {
            return;
        }

        if (_epochs[^1].Step == nextStep)
        {
            _epochs.RemoveAt(_epochs.Count - 1);
        }

        _epochs.Add((nextStep, epoch));
    }

    /// <summary>The rate of a step, from 1.</summary>
    internal double At(long step)
    {
        int at = _epochs.Count - 1;
        while (_epochs[at].Step > step)
        {
            at--;
        }

        return options.LearningRate * options.Schedule.Factor(step, _epochs[at].Epoch);
    }
}
