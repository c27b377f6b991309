using System.Runtime.InteropServices;
using EsmmLite.Features;

namespace EsmmLite.Layers;

/// <summary>Which part of the first layer's sum a group of input columns belongs to.</summary>
[Flags]
public enum Part
{
    /// <summary>Fields of the request, and crosses of them.</summary>
    Request = 1,

    /// <summary>Fields of the candidate, and crosses of them.</summary>
    Candidate = 2,

    /// <summary>Crosses of a request's field with a candidate's.</summary>
    Spanning = 4,

    /// <summary>All of them.</summary>
    All = Request | Candidate | Spanning,
}

/// <summary>Neighbouring input columns whose product is formed as one chain of sums.</summary>
/// <param name="Part">The part of the sum it belongs to.</param>
/// <param name="Start">First column.</param>
/// <param name="Width">Number of columns.</param>
/// <param name="Field">The separate field whose group it is; −1 for a chain.</param>
/// <param name="Tasks">The tasks whose towers read it, a bit each; all bits for all of them.</param>
public readonly record struct InputGroup(Part Part, int Start, int Width, int Field = -1, int Tasks = -1)
{
    /// <summary>Whether a task's tower reads it.</summary>
    public bool IsReadBy(int task) => (Tasks & (1 << task)) != 0;
}

/// <summary>
/// Where every field and cross stands among the columns of the network's input, and which columns form a group
/// (docs/numerics.md): separate fields of the request, the request's chain, separate fields of the candidate, the candidate's
/// chain, spanning crosses. A property of the model: it fixes the order of accumulation of the first layer.
/// </summary>
public sealed class InputLayout
{
    private readonly int[] _fieldColumns;
    private readonly int[] _crossColumns;
    private readonly int[] _sequenceColumns;
    private readonly int[] _sequenceMasks;
    private readonly Part[] _sequenceParts;
    private readonly (int First, int Second)[] _crosses;
    private readonly List<InputGroup> _groups = [];
    private readonly InputGroup[][] _groupsByPart;
    private readonly InputGroup[][][] _groupsByTask; // empty where all towers read all groups
    private readonly int[] _masks;
    private readonly Part[] _fieldParts;

    /// <summary>Lays out the input of a feature space.</summary>
    public InputLayout(FeatureSpace space)
    {
        ArgumentNullException.ThrowIfNull(space);
        Schema schema = space.Schema;
        _fieldColumns = new int[schema.Fields.Count];
        _crossColumns = new int[schema.Crosses.Count];
        _sequenceColumns = new int[schema.Sequences.Count];
        _crosses = [.. schema.Crosses.Select(c => (space.FieldIndex(c.First), space.FieldIndex(c.Second)))];
        Side SideOf(string field) => schema.Fields[space.FieldIndex(field)].Side;
        _fieldParts = [.. schema.Fields.Select(field => field is CrossedField crossed ? PartOf(crossed.Of.Select(SideOf)) : PartOf(field.Side))];
        _masks = [.. schema.Fields.Select(TaskNames.MaskOf)];
        _sequenceParts = [.. schema.Sequences.Select(s => SideOf(s.Actions[0]) is var side && side != SideOf(s.Candidate[0]) ? Part.Spanning : PartOf(side))];
        _sequenceMasks = [.. schema.Sequences.Select(s => s.Actions.Concat(s.Candidate).Aggregate(TaskNames.AllTasks, (mask, name) => mask & _masks[space.FieldIndex(name)]))];
        int[] masks = [.. _masks.Concat(_crosses.Select(c => _masks[c.First] & _masks[c.Second])).Concat(_sequenceMasks).Distinct().OrderByDescending(m => m == TaskNames.AllTasks).ThenBy(m => m)];
        foreach (Part part in (ReadOnlySpan<Part>)[Part.Request, Part.Candidate, Part.Spanning])
        {
            AddPart(space, part, masks);
        }

        Stride = ((Width + 31) / 32 * 32) + 16;
        _groupsByPart = new InputGroup[(int)Part.Spanning + 1][];
        foreach (Part part in (ReadOnlySpan<Part>)[Part.Request, Part.Candidate, Part.Spanning])
        {
            _groupsByPart[(int)part] = [.. _groups.Where(g => g.Part == part)];
        }

        _groupsByTask = masks is [TaskNames.AllTasks] ? [] : [.. TaskNames.All.Select((_, task) =>
            _groupsByPart.Select(groups => groups is null ? [] : groups.Where(g => g.IsReadBy(task)).ToArray()).ToArray())];
    }

    /// <summary>Whether some tower does not read all columns.</summary>
    internal bool HasPrivate => _groupsByTask.Length > 0;

    /// <summary>Number of input columns.</summary>
    public int Width { get; private set; }

    /// <summary>Floats from one row of inputs to the next: rows are padded so that they do not fall on the same cache sets.</summary>
    public int Stride { get; }

    /// <summary>The groups in column order.</summary>
    public IReadOnlyList<InputGroup> Groups => _groups;

    internal ReadOnlySpan<InputGroup> AllGroups => CollectionsMarshal.AsSpan(_groups);

    /// <summary>The crosses as pairs of field indices, in the schema's order.</summary>
    public IReadOnlyList<(int First, int Second)> Crosses => _crosses;

    /// <summary>The groups of one part in column order; none for no part.</summary>
    public ReadOnlySpan<InputGroup> GroupsOf(Part part) => part == 0 ? default : _groupsByPart[(int)part];

    /// <summary>The groups of one part that a task's tower reads, in column order.</summary>
    public ReadOnlySpan<InputGroup> GroupsOf(Part part, int task) => HasPrivate && part != 0 ? _groupsByTask[task][(int)part] : GroupsOf(part);

    /// <summary>Whether a task's tower reads a column.</summary>
    internal bool Reads(int task, int column) => _groups.Exists(g => column >= g.Start && column < g.Start + g.Width && g.IsReadBy(task));

    /// <summary>First column of a field; -1 for a number that is no input.</summary>
    public int ColumnOfField(int field) => _fieldColumns[field];

    /// <summary>First column of a cross.</summary>
    public int ColumnOfCross(int cross) => _crossColumns[cross];

    /// <summary>First column of a sequence.</summary>
    public int ColumnOfSequence(int sequence) => _sequenceColumns[sequence];

    /// <summary>The part that a sequence belongs to: spanning, where the actions are the request's and compared with a candidate's fields.</summary>
    public Part PartOfSequence(int sequence) => _sequenceParts[sequence];

    /// <summary>The part that a cross belongs to.</summary>
    public Part PartOfCross(int cross)
    {
        Part first = _fieldParts[_crosses[cross].First];
        return first == _fieldParts[_crosses[cross].Second] ? first : Part.Spanning;
    }

    /// <summary>The part that a field belongs to; a cross of raw values of both sides is spanning.</summary>
    public Part PartOfField(int field) => _fieldParts[field];

    private static Part PartOf(IEnumerable<Side> sides) => sides.Distinct().ToList() is [var side] ? PartOf(side) : Part.Spanning;

    internal static Part PartOf(Side side) => side == Side.Request ? Part.Request : Part.Candidate;

    private void AddPart(FeatureSpace space, Part part, int[] masks)
    {
        IReadOnlyList<Field> fields = space.Schema.Fields;
        for (int f = 0; f < fields.Count; f++)
        {
            if (_fieldParts[f] == part && fields[f].Separate)
            {
                _fieldColumns[f] = Width;
                _groups.Add(new InputGroup(part, Width, space.Encoders[f].Width, f));
                Width += space.Encoders[f].Width;
            }
        }

        foreach (int mask in masks)
        {
            int start = Width;
            for (int f = 0; f < fields.Count; f++)
            {
                if (_fieldParts[f] == part && !fields[f].Separate && _masks[f] == mask)
                {
                    _fieldColumns[f] = fields[f].IsInput ? Width : -1;
                    Width += space.Schema.IsAttended(fields[f]) || !fields[f].IsInput ? 0 : space.Encoders[f].Width;
                }
            }

            AddChain(part, mask, start, space);
        }
    }

    private void AddChain(Part part, int mask, int start, FeatureSpace space)
    {
        for (int c = 0; c < _crosses.Length; c++)
        {
            if (PartOfCross(c) == part && (_masks[_crosses[c].First] & _masks[_crosses[c].Second]) == mask)
            {
                _crossColumns[c] = Width;
                Width += space.Encoders[_crosses[c].First].Dim;
            }
        }

        for (int i = 0; i < _sequenceColumns.Length; i++)
        {
            Sequence sequence = space.Schema.Sequences[i];
            if (_sequenceParts[i] == part && _sequenceMasks[i] == mask)
            {
                _sequenceColumns[i] = Width;
                Width += sequence.Actions.Sum(name => space.Encoders[space.FieldIndex(name)].Dim);
            }
        }

        if (Width > start)
        {
            _groups.Add(new InputGroup(part, start, Width - start, Tasks: mask));
        }
    }
}
