using EsmmLite.Features;
using EsmmLite.Layers;

namespace EsmmLite.Model;

/// <content>Beginning with the sequences of an earlier model.</content>
public sealed partial class EsmmModel
{
    /// <summary>A sequence of the same name that attends to the same fields in the same way keeps its columns; an activation unit its weights.</summary>
    private void TakeSequences(EsmmModel earlier, bool[] taken, int[] columns, List<InheritedPart> parts)
    {
        IReadOnlyList<Sequence> now = Space.Schema.Sequences, before = earlier.Space.Schema.Sequences;
        for (int s = 0; s < now.Count; s++)
        {
            Sequence sequence = now[s];
            int place = before.ToList().FindIndex(other => other.Name == sequence.Name);
            string? obstacle = place < 0 ? "" : Obstacle(sequence, before[place], earlier, taken);
            parts.Add(new InheritedPart("sequence " + sequence.Name, obstacle is null ? Inherited.Kept : Inherited.New, obstacle ?? ""));
            if (obstacle is null)
            {
                Map(columns, Bottom.Layout.ColumnOfSequence(s), earlier.Bottom.Layout.ColumnOfSequence(place), sequence.Actions.Sum(field => Space.Encoders[Space.FieldIndex(field)].Dim));
                TakeUnit(sequence.Name, earlier);
            }
        }

        parts.AddRange(before.Where(sequence => now.All(other => other.Name != sequence.Name)).Select(sequence => new InheritedPart("sequence " + sequence.Name, Inherited.Dropped, "")));
    }

    /// <summary>Why a sequence's columns mean something else than before; null if they don't.</summary>
    private string? Obstacle(Sequence now, Sequence before, EsmmModel earlier, bool[] taken) =>
        !now.Actions.SequenceEqual(before.Actions) || !now.Candidate.SequenceEqual(before.Candidate) ? "it was of other fields"
        : !now.Actions.Concat(now.Candidate).All(field => taken[Space.FieldIndex(field)]) ? "a field of it begins anew"
        : !IsSame(Options.Attention, earlier.Options.Attention) ? "its actions were weighed otherwise"
        : null;

    private static bool IsSame(AttentionOptions now, AttentionOptions before) => now.Kind == before.Kind
        && (now.Kind == AttentionKind.Dot || (now.Hidden.SequenceEqual(before.Hidden) && now with { Hidden = before.Hidden } == before));

    private void TakeUnit(string sequence, EsmmModel earlier)
    {
        string prefix = UnitPlan.Prefix + "." + sequence + ".dense";
        foreach (TowerTensor tensor in Towers.Tensors.Where(t => t.Name.StartsWith(prefix, StringComparison.Ordinal)))
        {
            TowerTensor from = earlier.Towers.Tensors.First(t => t.Name == tensor.Name);
            for (int i = 0; i < tensor.Count; i++)
            {
                Towers.Parameters[tensor.IndexOf(i)] = earlier.Towers.Parameters[from.IndexOf(i)];
            }
        }
    }
}
