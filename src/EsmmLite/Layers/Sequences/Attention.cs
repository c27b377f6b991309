using EsmmLite.Features;

namespace EsmmLite.Layers;

/// <summary>One behaviour sequence, attended to from the candidate: its columns are Σ a[m] k[m] over the actions; what an action counts, a subclass says.</summary>
internal abstract class Attention
{
    private readonly int[] _actions;
    private readonly int[] _candidate;
    private readonly int[] _actionSlots;
    private readonly int[] _candidateSlots;
    private readonly int[] _offsets;
    private readonly int[] _dims;
    private readonly EmbeddingTable[] _actionTables;
    private readonly EmbeddingTable[] _candidateTables;

    private protected Attention(FeatureSpace space, Sequence sequence, EmbeddingTable[] tables)
    {
        _actions = [.. sequence.Actions.Select(space.FieldIndex)];
        _candidate = [.. sequence.Candidate.Select(space.FieldIndex)];
        _actionSlots = [.. _actions.Select(space.SlotOf)];
        _candidateSlots = [.. _candidate.Select(space.SlotOf)];
        _actionTables = [.. _actions.Select(f => tables[space.TableOf(f)])];
        _candidateTables = [.. _candidate.Select(f => tables[space.TableOf(f)])];
        _dims = [.. _actionTables.Select(t => t.Dim)];
        _offsets = [.. _dims.Select((_, i) => _dims[..i].Sum())];
        Dim = _dims.Sum();
        MaxActions = space.Encoders[_actions[0]].IdWidth;
    }

    /// <summary>D: length of an action's embeddings, of the candidate's, and of the result.</summary>
    internal int Dim { get; }

    /// <summary>The most actions of an impression.</summary>
    internal int MaxActions { get; }

    /// <summary>The place of a field among the lists, or -1.</summary>
    internal int ActionOf(int field) => Array.IndexOf(_actions, field);

    /// <summary>The place of a field among the candidate's, or -1.</summary>
    internal int CandidateOf(int field) => Array.IndexOf(_candidate, field);

    /// <summary>Gathers the actions of a request, and whatever of them is the same for every candidate.</summary>
    internal virtual void Keep(ImpressionBatch request, KeptActions kept) => kept.Count = GatherActions(request, 0, kept.Actions, Dim);

    /// <summary>Adds the gradients of one list's values, in the order of the actions.</summary>
    /// <param name="action">The list.</param>
    /// <param name="batch">Encoded impressions.</param>
    /// <param name="row">Row of the batch.</param>
    /// <param name="gradients">dL/dk of the actions that are there. [actions x D], <paramref name="stride"/> floats apart.</param>
    /// <param name="stride">From one to the next.</param>
    /// <param name="destination">Row gradients of the list's table.</param>
    internal void AddActions(int action, ImpressionBatch batch, int row, ReadOnlySpan<float> gradients, int stride, RowGradients destination)
    {
        for (int m = 0, at = 0; m < MaxActions; m++)
        {
            int id = batch.IdAt(_actionSlots[action] + m, row);
            if (id >= 0)
            {
                destination.Add(id, gradients.Slice((at * stride) + _offsets[action], _dims[action]));
            }

            at += IsThere(batch, row, m) ? 1 : 0;
        }
    }

    /// <summary>The share of one of the candidate's embeddings in something of D floats.</summary>
    internal ReadOnlySpan<float> ShareOf(int field, ReadOnlySpan<float> query) => query.Slice(_offsets[field], _dims[field]);

    private protected bool SameActions(ImpressionBatch batch, int one, int other)
    {
        foreach (int slot in _actionSlots)
        {
            for (int m = 0; m < MaxActions; m++)
            {
                if (batch.IdAt(slot + m, one) != batch.IdAt(slot + m, other))
                {
                    return false;
                }
            }
        }

        return true;
    }

    /// <summary>Embeddings of the actions that are there, one after another; a value that is missing is zeros.</summary>
    /// <param name="batch">Encoded impressions.</param>
    /// <param name="row">Row of the batch.</param>
    /// <param name="destination">[actions x D], <paramref name="stride"/> floats apart.</param>
    /// <param name="stride">From one action to the next.</param>
    /// <returns>Number of actions.</returns>
    private protected int GatherActions(ImpressionBatch batch, int row, Span<float> destination, int stride)
    {
        int count = 0;
        for (int m = 0; m < MaxActions; m++)
        {
            if (!IsThere(batch, row, m))
            {
                continue;
            }

            Span<float> action = destination.Slice(count++ * stride, Dim);
            for (int i = 0; i < _actionSlots.Length; i++)
            {
                Copy(_actionTables[i], batch.IdAt(_actionSlots[i] + m, row), action.Slice(_offsets[i], _dims[i]));
            }
        }

        return count;
    }

    private protected void GatherCandidate(ImpressionBatch batch, int row, Span<float> query)
    {
        for (int i = 0; i < _candidateSlots.Length; i++)
        {
            Copy(_candidateTables[i], batch.IdAt(_candidateSlots[i], row), query.Slice(_offsets[i], _dims[i]));
        }
    }

    /// <summary>An action is there if any of its values is.</summary>
    private bool IsThere(ImpressionBatch batch, int row, int action)
    {
        foreach (int slot in _actionSlots)
        {
            if (batch.IdAt(slot + action, row) >= 0)
            {
                return true;
            }
        }

        return false;
    }

    private static void Copy(EmbeddingTable table, int id, Span<float> destination)
    {
        if (id < 0)
        {
            destination.Clear();
        }
        else
        {
            table.Row(id, destination).CopyTo(destination);
        }
    }
}
