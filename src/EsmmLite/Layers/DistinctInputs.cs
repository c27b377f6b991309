using EsmmLite.Features;
using EsmmLite.Memory;

namespace EsmmLite.Layers;

/// <summary>The separate fields of a model that have an embedding table, with their distinct rows in one batch.</summary>
internal sealed class DistinctInputs
{
    /// <summary>So many rows of all separate fields' tables together have products and sums that stay in the caches.</summary>
    internal const int FewRows = 64;

    private readonly int[] _placeOfField;
    private readonly AlignedBuffer[][] _products;
    private readonly AlignedBuffer[][] _partials;
    private AlignedBuffer[] _sums = [];

    private DistinctInputs(InputLayout layout, IReadOnlyList<InputGroup> groups, int fields, int capacity, int mostDistinct, bool inBlocks)
    {
        InBlocks = inBlocks;
        Fields = [.. groups.Select(g => new DistinctRows(g, capacity, mostDistinct, inBlocks))];
        _placeOfField = [.. Enumerable.Range(0, fields).Select(f => groups.ToList().FindIndex(g => g.Field == f))];
        ChainGroups = [.. layout.Groups.Where(g => !groups.Contains(g))];
        InputPanels = Runs(layout, ChainGroups);
        Capacity = capacity;
        MostDistinct = mostDistinct;
        _partials = [.. groups.Select(_ => Array.Empty<AlignedBuffer>())];
        _products = [.. groups.Select(_ => Array.Empty<AlignedBuffer>())];
    }

    /// <summary>Bytes that it holds.</summary>
    internal long Bytes => Fields.Sum(f => f.Bytes) + _products.Concat(_partials).SelectMany(b => b).Concat(_sums).Sum(b => b.Bytes);

    /// <summary>Whether a training batch goes block by block, since the sums of all rows of the tables can be kept meanwhile.</summary>
    internal bool InBlocks { get; }

    /// <summary>One for each of the fields.</summary>
    internal DistinctRows[] Fields { get; }

    /// <summary>Whether any field's products are formed by distinct row.</summary>
    internal bool Any => Array.Exists(Fields, f => f.Pays);

    /// <summary>The other groups.</summary>
    internal InputGroup[] ChainGroups { get; }

    /// <summary>Runs of input panels in which another group has columns.</summary>
    internal (int First, int Count)[] InputPanels { get; }

    /// <summary>The most rows of a batch.</summary>
    internal int Capacity { get; }

    /// <summary>The most distinct rows of a field.</summary>
    internal int MostDistinct { get; }

    /// <summary>The row of the batch that is row 0 of the inputs being worked on.</summary>
    internal int Offset { get; set; }

    /// <summary>The separate fields of a model, or null if it has none with a table.</summary>
    internal static DistinctInputs? Create(InputLayout layout, FeatureSpace space, int capacity, int mostDistinct)
    {
        InputGroup[] groups = [.. layout.Groups.Where(g => g.Field >= 0 && space.Encoders[g.Field].Dim > 0)];
        return groups.Length == 0 ? null : new DistinctInputs(layout, groups, space.Encoders.Count, capacity, mostDistinct, inBlocks: false);
    }

    /// <summary>The same for training.</summary>
    /// <param name="layout">Layout of the input.</param>
    /// <param name="space">The fields.</param>
    /// <param name="capacity">The most rows of a batch.</param>
    /// <param name="fewRows">Up to so many rows of all separate fields' tables a batch goes block by block. No result depends on it.</param>
    internal static DistinctInputs? CreateForTraining(InputLayout layout, FeatureSpace space, int capacity, int fewRows)
    {
        InputGroup[] groups = [.. layout.Groups.Where(g => g.Field >= 0 && space.Encoders[g.Field].Dim > 0)];
        long rows = groups.Sum(g => (long)space.Encoders[g.Field].Rows);
        return rows == 0 || rows > fewRows ? Create(layout, space, capacity, capacity) : new DistinctInputs(layout, groups, space.Encoders.Count, capacity, groups.Max(g => space.Encoders[g.Field].Rows), inBlocks: true);
    }

    /// <summary>The distinct rows of a group's field, if its products are formed by distinct row in this batch.</summary>
    internal DistinctRows? Paying(InputGroup group) => group.Field >= 0 && PayingField(group.Field) is { } rows ? rows : null;

    /// <summary>The same by field.</summary>
    internal DistinctRows? PayingField(int field)
    {
        int place = _placeOfField[field];
        return place >= 0 && Fields[place].Pays ? Fields[place] : null;
    }

    /// <summary>Makes room for products that are kept for the whole batch, [entries x outputs] a tower, in rows of some strides.</summary>
    internal void KeepProducts(IReadOnlyList<int> strides)
    {
        for (int f = 0; f < Fields.Length; f++)
        {
            _products[f] = [.. strides.Select(stride => new AlignedBuffer((long)(MostDistinct + 1) * stride))];
        }
    }

    /// <summary>The kept products of a field; empty if they are not kept.</summary>
    internal Span<float> Products(DistinctRows field, int tower)
    {
        AlignedBuffer[] products = _products[_placeOfField[field.Group.Field]];
        return products.Length == 0 ? default : products[tower].Span;
    }

    /// <summary>Makes room for the slopes' sums by row, [entries, padded, and one more][32] a panel of the first layers.</summary>
    internal void KeepSums(int panels) => _sums = [.. Fields.Select(_ => new AlignedBuffer((long)panels * SumsLength))];

    /// <summary>The sums of a field for some panels of the first layers.</summary>
    internal Span<float> Sums(DistinctRows field, int panel, int panels) => _sums[_placeOfField[field.Group.Field]].Span.Slice(panel * SumsLength, panels * SumsLength);

    private int SumsLength => (((MostDistinct + Kernels.MatrixProduct.PanelWidth - 1) / Kernels.MatrixProduct.PanelWidth * Kernels.MatrixProduct.PanelWidth) + 1) * Kernels.MatrixProduct.PanelWidth;

    /// <summary>Makes room for the parts of the distinct rows' gradients.</summary>
    internal void KeepPartials(int ranges)
    {
        int padded = (MostDistinct + Kernels.MatrixProduct.PanelWidth - 1) / Kernels.MatrixProduct.PanelWidth * Kernels.MatrixProduct.PanelWidth;
        for (int f = 0; f < Fields.Length; f++)
        {
            _partials[f] = [.. Enumerable.Range(0, ranges).Select(_ => new AlignedBuffer((long)padded * Fields[f].Group.Width))];
        }
    }

    /// <summary>Part of the gradients of a field's distinct rows, transposed. [width x distinct rows, padded]</summary>
    internal Span<float> Partial(DistinctRows field, int range) => _partials[_placeOfField[field.Group.Field]][range].Span;

    /// <summary>From now on, until the next batch, no field's products are formed by distinct row.</summary>
    internal void Forget()
    {
        foreach (DistinctRows field in Fields)
        {
            field.Forget();
        }
    }

    private static (int First, int Count)[] Runs(InputLayout layout, InputGroup[] groups)
    {
        const int Width = Kernels.MatrixProduct.PanelWidth;
        List<(int First, int Count)> runs = [];
        int panels = (layout.Width + Width - 1) / Width;
        for (int p = 0; p < panels; p++)
        {
            int first = p * Width;
            if (!groups.Any(g => g.Start < first + Width && g.Start + g.Width > first))
            {
                continue;
            }

            if (runs.Count > 0 && runs[^1].First + runs[^1].Count == p)
            {
                runs[^1] = (runs[^1].First, runs[^1].Count + 1);
            }
            else
            {
                runs.Add((p, 1));
            }
        }

        return [.. runs];
    }
}
