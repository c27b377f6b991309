namespace EsmmLite.PeerComparison.Goldens;

/// <summary>The golden models.</summary>
/// <remarks>
/// The seeds were picked for mild numbers: no hidden unit comes near ReLU's kink and no gradient is so small that Adam would blow
/// up its rounding, so a correct float32 engine stays within 1e-6 of every weight after ten steps. <see cref="SelfCheck"/> holds them to it.
/// </remarks>
internal static class GoldenSpecs
{
    /// <summary>All golden models.</summary>
    public static IReadOnlyList<GoldenSpec> All { get; } = [Shared(), ArticleShaped()];

    /// <summary>
    /// Odd sizes, towers of unequal depth, separate fields on both sides, missing ids, plain numbers and unequal task weights:
    /// whatever a kernel or a layout could get wrong without the regular model noticing.
    /// </summary>
    private static GoldenSpec Shared() => new()
    {
        Name = "shared",
        Seed = 40,
        Rows = 37,
        Fields =
        [
            new("f0", 50, 8, Candidate: true, MissingRate: 0.15),
            new("f1", 20, 8, Candidate: false, MissingRate: 0.15),
            new("f2", 7, 8, Candidate: true, Separate: true),
            new("f3", 11, 8, Candidate: false, MissingRate: 0.1),
            new("f4", 3, 8, Candidate: false, Separate: true, MissingRate: 0.2),
            new("n0", 0, 0, Candidate: true),
            new("n1", 0, 0, Candidate: false),
        ],
        Crosses = [new("f0", "f1")],
        CtrTower = [24, 10],
        CvrTower = [17, 9, 5],
        CtcvrWeight = 0.7,
    };

    /// <summary>The default model in miniature: eleven hashed fields, one spanning cross, two equal towers of three layers.</summary>
    private static GoldenSpec ArticleShaped()
    {
        int[] rows = [100, 100, 100, 100, 100, 100, 30, 100, 20, 10, 10];
        int[] candidates = [0, 3, 6];
        return new()
        {
            Name = "article-shaped",
            Seed = 9,
            Rows = 64,
            Fields = [.. rows.Select((n, i) => new GoldenField($"f{i}", n, 4, candidates.Contains(i)))],
            Crosses = [new("f0", "f8")],
            CtrTower = [32, 16, 8],
            CvrTower = [32, 16, 8],
        };
    }
}
