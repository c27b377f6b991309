namespace EsmmLite.PeerComparison.Goldens;

/// <summary>Everything that defines one golden model and its batch; the rest is drawn from <see cref="Seed"/>.</summary>
/// <remarks>
/// These types repeat ideas of the engine's schema on purpose: the reference shares no code with what it checks.
/// </remarks>
internal sealed record GoldenSpec
{
    /// <summary>The name of the model and of its file.</summary>
    public required string Name { get; init; }

    /// <summary>Seed of all draws.</summary>
    public required ulong Seed { get; init; }

    /// <summary>Impressions in the batch.</summary>
    public required int Rows { get; init; }

    /// <summary>Categorical and plain numeric fields, in schema order.</summary>
    public required IReadOnlyList<GoldenField> Fields { get; init; }

    /// <summary>Pairs of categorical fields whose embeddings are multiplied element by element.</summary>
    public required IReadOnlyList<GoldenCross> Crosses { get; init; }

    /// <summary>Hidden layer sizes of the click tower.</summary>
    public required IReadOnlyList<int> CtrTower { get; init; }

    /// <summary>Hidden layer sizes of the conversion tower.</summary>
    public required IReadOnlyList<int> CvrTower { get; init; }

    /// <summary>Weight of the mean click loss in the total.</summary>
    public double CtrWeight { get; init; } = 1.0;

    /// <summary>Weight of the mean click-and-conversion loss in the total.</summary>
    public double CtcvrWeight { get; init; } = 1.0;

    /// <summary>The categorical fields, in schema order; a position in this list is an id slot of the batch.</summary>
    public IReadOnlyList<GoldenField> Categorical => [.. Fields.Where(one => one.IsCategorical)];

    /// <summary>The plain numeric fields, in schema order; a position in this list is a number slot of the batch.</summary>
    public IReadOnlyList<GoldenField> Numeric => [.. Fields.Where(one => !one.IsCategorical)];

    /// <summary>The field of that name.</summary>
    public GoldenField Field(string name) => Fields.Single(field => field.Name == name);
}

/// <summary>One input field.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Rows">Rows of the embedding table; 0 for a plain number.</param>
/// <param name="Dim">Length of an embedding vector; 0 for a plain number.</param>
/// <param name="Candidate">Whether the value belongs to the candidate rather than to the request.</param>
/// <param name="Separate">Whether the first layer forms the field's product on its own.</param>
/// <param name="MissingRate">Share of rows whose id is drawn as missing.</param>
internal sealed record GoldenField(string Name, int Rows, int Dim, bool Candidate, bool Separate = false, double MissingRate = 0)
{
    /// <summary>Whether the field has an embedding table.</summary>
    public bool IsCategorical => Rows > 0;

    /// <summary>Number of input columns.</summary>
    public int Width => IsCategorical ? Dim : 1;
}

/// <summary>The element-wise product of two fields' embeddings.</summary>
/// <param name="First">Name of one categorical field.</param>
/// <param name="Second">Name of the other.</param>
internal sealed record GoldenCross(string First, string Second);
