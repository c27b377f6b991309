using EsmmLite.Features;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace EsmmLite.PeerComparison.Speed.Engines.Torch;

/// <summary>Embedding tables: one for all fields, or one a field.</summary>
internal abstract class TorchTables : IDisposable
{
    /// <summary>Length of an embedding vector; the same for all fields.</summary>
    protected const int Dim = 16;

    /// <summary>Allocates tables, uniform at random.</summary>
    protected TorchTables(FeatureSpace space, bool oneTable)
    {
        OneTable = oneTable;
        Rows = [.. space.Schema.Fields.Select(field => (long)((HashedField)field).Buckets)];
        long[] tables = oneTable ? [Rows.Sum()] : [.. Rows];
        Weights = [.. tables.Select(rows => empty(rows, Dim))];
        using DisposeScope scope = NewDisposeScope();
        foreach (Tensor weight in Weights)
        {
            weight.uniform_(-0.25, 0.25);
        }
    }

    /// <summary>Whether all fields share a table.</summary>
    protected bool OneTable { get; }

    /// <summary>Rows of each field.</summary>
    protected IReadOnlyList<long> Rows { get; }

    /// <summary>The tables.</summary>
    protected IReadOnlyList<Tensor> Weights { get; }

    /// <summary>What a dense optimizer has to update; none unless overridden.</summary>
    public virtual IEnumerable<Parameter> Dense => [];

    /// <summary>The vectors of a batch, side by side. [rows x fields · dim]</summary>
    public abstract Tensor Gather(TorchIds ids);

    /// <summary>Updates the rows of the batch whose vectors were gathered last.</summary>
    public abstract void Update(TorchIds ids, AdamClock clock);

    /// <summary>A view of a field's rows.</summary>
    public Tensor Field(int field) => OneTable ? Weights[0].narrow(0, Rows.Take(field).Sum(), Rows[field]) : Weights[field];

    /// <summary>Tables of a kind.</summary>
    public static TorchTables Create(TableUpdate update, FeatureSpace space, bool oneTable) => update switch
    {
        TableUpdate.DenseAdam => new DenseTables(space, oneTable),
        TableUpdate.SparseGradient => new SparseTables(space, oneTable),
        _ => new GatheredTables(space),
    };

    /// <inheritdoc/>
    public virtual void Dispose()
    {
        foreach (Tensor weight in Weights)
        {
            weight.Dispose();
        }
    }
}

/// <summary>Looked up by the Embedding module, whose dense gradient the common optimizer uses.</summary>
internal sealed class DenseTables(FeatureSpace space, bool oneTable) : ModuleTables(space, oneTable, sparse: false)
{
    /// <inheritdoc/>
    public override IEnumerable<Parameter> Dense => Leaves;

    /// <inheritdoc/>
    public override void Update(TorchIds ids, AdamClock clock)
    {
        // The common optimizer has done it.
    }
}

/// <summary>Looked up by the Embedding module with sparse gradients: indices as looked up, and a vector for each.</summary>
internal sealed class SparseTables : ModuleTables
{
    private readonly RowsAdam[] _adam;

    /// <summary>Creates the tables.</summary>
    public SparseTables(FeatureSpace space, bool oneTable) : base(space, oneTable, sparse: true) =>
        _adam = [.. Leaves.Select(leaf => new RowsAdam(leaf))];

    /// <inheritdoc/>
    public override void Update(TorchIds ids, AdamClock clock)
    {
        for (int table = 0; table < _adam.Length; table++)
        {
            Tensor gradient = Leaves[table].grad!;
            _adam[table].Step(gradient.SparseIndices[0], gradient.SparseValues, clock);
            Leaves[table].grad = null;
        }
    }

    /// <inheritdoc/>
    public override void Dispose()
    {
        Array.ForEach(_adam, adam => adam.Dispose());
        base.Dispose();
    }
}

/// <summary>Looked up by TorchSharp's Embedding module.</summary>
internal abstract class ModuleTables : TorchTables
{
    private readonly Embedding[] _modules;

    /// <summary>Creates modules over the tables.</summary>
    protected ModuleTables(FeatureSpace space, bool oneTable, bool sparse) : base(space, oneTable)
    {
        _modules = [.. Weights.Select(weight => nn.Embedding_from_pretrained(weight, freeze: false, sparse: sparse))];

        // Asked for once: every call of the getter makes a new handle, and an optimizer keeps its state by handle.
        Leaves = [.. _modules.Select(module => module.weight!)];
    }

    /// <summary>The tables as leaves of the tape.</summary>
    protected IReadOnlyList<Parameter> Leaves { get; }

    /// <inheritdoc/>
    public override Tensor Gather(TorchIds ids) => OneTable
        ? _modules[0].call(ids.All).view(ids.Rows, -1)
        : cat([.. _modules.Zip(ids.Columns, (module, column) => module.call(column))], dim: 1);

    /// <inheritdoc/>
    public override void Dispose()
    {
        Array.ForEach(_modules, module => module.Dispose());
        base.Dispose();
    }
}

/// <summary>One table; the looked-up vectors themselves are the leaf of the tape.</summary>
internal sealed class GatheredTables : TorchTables
{
    private readonly RowsAdam _adam;
    private Tensor? _looked;

    /// <summary>Creates the table.</summary>
    public GatheredTables(FeatureSpace space) : base(space, oneTable: true) => _adam = new RowsAdam(Weights[0]);

    /// <inheritdoc/>
    public override Tensor Gather(TorchIds ids)
    {
        _looked = Weights[0].index_select(0, ids.All);
        if (is_grad_enabled())
        {
            _looked.requires_grad_();
        }

        return _looked.view(ids.Rows, -1);
    }

    /// <inheritdoc/>
    public override void Update(TorchIds ids, AdamClock clock) => _adam.Step(ids.All, _looked!.grad!, clock);

    /// <inheritdoc/>
    public override void Dispose()
    {
        _adam.Dispose();
        base.Dispose();
    }
}
