namespace EsmmLite.PeerComparison.Speed.Engines.Torch;

/// <summary>How tables get their gradients and their update.</summary>
internal enum TableUpdate
{
    /// <summary>Dense gradients, and TorchSharp's own Adam over every row: what most people run.</summary>
    DenseAdam,

    /// <summary><c>Embedding(sparse: true)</c>, and an Adam over the rows of its sparse gradient.</summary>
    SparseGradient,

    /// <summary>The looked-up vectors as a leaf of the tape: no sparse tensor is ever made; the same Adam.</summary>
    GatheredRows,
}

/// <summary>How the two towers are laid out.</summary>
internal enum TowerForm
{
    /// <summary>Each tower's layers on their own.</summary>
    Separate,

    /// <summary>Both towers' first layers as one product.</summary>
    FusedFirst,

    /// <summary>The same, and the later layers as batched products over both towers.</summary>
    Batched,
}

/// <summary>One way of writing this model's training in TorchSharp.</summary>
/// <param name="Id">Its id.</param>
/// <param name="Label">How tables name it.</param>
/// <param name="OneTable">Whether all fields share one concatenated table.</param>
/// <param name="Update">How tables are updated.</param>
/// <param name="Towers">How the towers are laid out.</param>
internal sealed record TorchVariant(string Id, string Label, bool OneTable, TableUpdate Update, TowerForm Towers)
{
    /// <summary>The variants that train.</summary>
    public static IReadOnlyList<TorchVariant> Training { get; } =
    [
        new("torch-dense-many", "dense Adam, a table a field, separate towers", false, TableUpdate.DenseAdam, TowerForm.Separate),
        new("torch-dense-one", "dense Adam, one table, fused first layer", true, TableUpdate.DenseAdam, TowerForm.FusedFirst),
        new("torch-sparse-many", "sparse gradients, a table a field, separate towers", false, TableUpdate.SparseGradient, TowerForm.Separate),
        new("torch-sparse-one", "sparse gradients, one table, fused first layer", true, TableUpdate.SparseGradient, TowerForm.FusedFirst),
        new("torch-rows-separate", "gathered rows, one table, separate towers", true, TableUpdate.GatheredRows, TowerForm.Separate),
        new("torch-rows-fused", "gathered rows, one table, fused first layer", true, TableUpdate.GatheredRows, TowerForm.FusedFirst),
        new("torch-rows-batched", "gathered rows, one table, batched towers", true, TableUpdate.GatheredRows, TowerForm.Batched),
    ];
}
