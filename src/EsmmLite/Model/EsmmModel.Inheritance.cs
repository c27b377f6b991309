using EsmmLite.Features;
using EsmmLite.Layers;

namespace EsmmLite.Model;

/// <content>Beginning with the weights of an earlier model: docs/checkpoints.md.</content>
public sealed partial class EsmmModel
{
    /// <summary>
    /// Takes over what fits of an earlier model's weights: rows by what they stand for, towers of the same hidden layers. What a field that is new
    /// adds to the first layer begins at zero, so it changes no score until it is trained.
    /// </summary>
    /// <param name="earlier">The earlier model; it is only read.</param>
    /// <returns>What became of each field, cross and tower.</returns>
    public IReadOnlyList<InheritedPart> StartFrom(EsmmModel earlier)
    {
        ArgumentNullException.ThrowIfNull(earlier);
        if (Towers is not MlpTowers { Tasks: 2 } || earlier.Towers is not MlpTowers { Tasks: 2 })
        {
            throw new EsmmException(EsmmErrorKind.Config, "these towers can't take over those of an earlier model", "model, towers", "two plain towers in both models");
        }

        List<InheritedPart> parts = [];
        int[] columns = new int[Bottom.Layout.Width]; // of the earlier model's input
        columns.AsSpan().Fill(-1);
        bool[] taken = new bool[Space.Encoders.Count];
        InheritedPart?[] fields = new InheritedPart?[taken.Length];

        // Whoever shares a table after its owner.
        foreach (int f in Enumerable.Range(0, taken.Length).OrderBy(f => Space.Schema.Fields[f].Shares is null ? 0 : 1))
        {
            bool ownerTaken = Space.Schema.Fields[f].Shares is not { } owner || taken[Space.FieldIndex(owner)];
            (taken[f], fields[f]) = TakeField(f, earlier, ownerTaken, columns);
        }

        parts.AddRange(fields!);

        TakeCrosses(earlier, taken, columns, parts);
        TakeSequences(earlier, taken, columns, parts);
        string[] names = [.. Space.Schema.Fields.Select(field => field.Name)];
        parts.AddRange(earlier.Space.Schema.Fields.Where(field => !names.Contains(field.Name)).Select(field => new InheritedPart("field " + field.Name, Inherited.Dropped, "")));
        TakeTower(Ctr, Options.CtrTower, earlier, earlier.Options.CtrTower, columns, parts);
        TakeTower(Cvr, Options.CvrTower, earlier, earlier.Options.CvrTower, columns, parts);
        Info = Info with { InitialModel = earlier.Digest ?? earlier.WeightsDigest() };
        return parts;
    }

    private (bool Taken, InheritedPart Part) TakeField(int f, EsmmModel earlier, bool ownerTaken, int[] columns)
    {
        FieldEncoder encoder = Space.Encoders[f];
        string name = encoder.Field.Name;
        if (!earlier.Space.TryFieldIndex(name, out int before))
        {
            return (false, new InheritedPart("field " + name, Inherited.New, ""));
        }

        TableInheritance rows = TableInheritance.Of(encoder, earlier.Space.Encoders[before]);
        if (!ownerTaken)
        {
            rows = new TableInheritance(Inherited.New, "the table that it shares begins anew");
        }

        InheritedPart part = new("field " + name, rows.What, rows.Detail);
        if (rows.What == Inherited.New)
        {
            return (false, part);
        }

        if (rows.SourceOf is { } source && encoder.Field.Shares is null)
        {
            EmbeddingTable table = Bottom.Tables[Space.TableOf(f)], from = earlier.Bottom.Tables[earlier.Space.TableOf(before)];
            for (int row = 0; row < table.Rows; row++)
            {
                from.Row(source(row)).CopyTo(table.Row(row));
            }
        }

        int column = Bottom.Layout.ColumnOfField(f), columnBefore = earlier.Bottom.Layout.ColumnOfField(before);
        if (column < 0 || columnBefore < 0)
        {
            return (column < 0, column < 0 ? part : new InheritedPart("field " + name, Inherited.New, "it was no input"));
        }

        Map(columns, column, columnBefore, Math.Min(encoder.Width, earlier.Space.Encoders[before].Width));
        return (true, part);
    }

    private void TakeCrosses(EsmmModel earlier, bool[] taken, int[] columns, List<InheritedPart> parts)
    {
        HashSet<string>[] before = [.. earlier.Space.Schema.Crosses.Select(Names)], now = [.. Space.Schema.Crosses.Select(Names)];
        for (int c = 0; c < now.Length; c++)
        {
            (int first, int second) = Bottom.Layout.Crosses[c];
            int place = Array.FindIndex(before, now[c].SetEquals);
            bool fits = place >= 0 && taken[first] && taken[second];
            parts.Add(new InheritedPart("cross " + string.Join(" x ", now[c]), fits ? Inherited.Kept : Inherited.New, place >= 0 && !fits ? "a field of it begins anew" : ""));
            if (fits)
            {
                Map(columns, Bottom.Layout.ColumnOfCross(c), earlier.Bottom.Layout.ColumnOfCross(place), Space.Encoders[first].Dim);
            }
        }

        parts.AddRange(before.Where(cross => !now.Any(cross.SetEquals)).Select(cross => new InheritedPart("cross " + string.Join(" x ", cross), Inherited.Dropped, "")));

        static HashSet<string> Names(Cross cross) => [cross.First, cross.Second];
    }

    private void TakeTower(int task, IReadOnlyList<int> hidden, EsmmModel earlier, IReadOnlyList<int> before, int[] columns, List<InheritedPart> parts)
    {
        string name = task == Ctr ? "ctr" : "cvr", title = "tower " + name;
        if (!hidden.SequenceEqual(before))
        {
            parts.Add(new InheritedPart(title, Inherited.New, "its hidden layers were [" + string.Join(", ", before) + "]"));
            return;
        }

        int added = columns.Count(column => column < 0), dropped = earlier.Bottom.Layout.Width - columns.Count(column => column >= 0);
        string detail = (added > 0 ? added + " inputs new" : "") + (added > 0 && dropped > 0 ? ", " : "") + (dropped > 0 ? dropped + " inputs dropped" : "");
        parts.Add(new InheritedPart(title, added > 0 ? Inherited.Grown : Inherited.Kept, detail));
        foreach (TowerTensor tensor in Towers.Tensors.Where(t => t.Name.StartsWith(name + ".", StringComparison.Ordinal)))
        {
            TowerTensor from = earlier.Towers.Tensors.First(t => t.Name == tensor.Name);
            int width = tensor.Shape[^1];
            bool first = tensor.Name == name + ".dense0.kernel";
            for (int i = 0; i < tensor.Count; i++)
            {
                // What a task does not read has no weight.
                int column = first && Bottom.Layout.Reads(task, i / width) ? columns[i / width] : -1;
                int source = !first ? i : column < 0 ? -1 : (column * width) + (i % width);
                Towers.Parameters[tensor.IndexOf(i)] = source < 0 ? 0 : earlier.Towers.Parameters[from.IndexOf(source)];
            }
        }
    }

    private static void Map(int[] columns, int start, int earlierStart, int width)
    {
        for (int k = 0; k < width; k++)
        {
            columns[start + k] = earlierStart + k;
        }
    }
}
