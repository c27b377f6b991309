namespace EsmmLite.RealData.Comparison;

/// <summary>A real log: its files, its sample config, how it is split, and what is known of it.</summary>
internal sealed record RealDataSet
{
    /// <summary>Name in the table.</summary>
    public required string Name { get; init; }

    /// <summary>The config among the samples.</summary>
    public required string Config { get; init; }

    /// <summary>The log, or its training part.</summary>
    public required string File { get; init; }

    /// <summary>The given validation part; null when the log is split here.</summary>
    public string? ValidationFile { get; init; }

    /// <summary>The given test part; null when the log is split here.</summary>
    public string? TestFile { get; init; }

    /// <summary>The column whose values stay together; null to split by row.</summary>
    public string? SplitBy { get; init; }

    /// <summary>How it is split, in words.</summary>
    public string Split => TestFile is not null ? "given files" : SplitBy ?? "row";

    /// <summary>Impressions, clicks and conversions of all parts, as the data's own description counts them.</summary>
    public required (long Impressions, long Clicks, long Conversions) Counts { get; init; }

    /// <summary>AUC of CTR, CVR and CTCVR of the plain logistic regression in the data's own description (one seed, another split); null when it has none.</summary>
    public (double Ctr, double Cvr, double Ctcvr, double LogLoss)? PublishedFloor { get; init; }

    public static IReadOnlyList<RealDataSet> All { get; } =
    [
        new()
        {
            Name = "Expedia a", Config = "expedia.json", File = "expedia/sample1000searches-a.csv.gz", SplitBy = "srch_id",
            Counts = (24_577, 1_155, 715), PublishedFloor = (0.579, 0.834, 0.676, 0.1290),
        },
        new()
        {
            Name = "Expedia a, with position", Config = "expedia-position.json", File = "expedia/sample1000searches-a.csv.gz", SplitBy = "srch_id",
            Counts = (24_577, 1_155, 715), PublishedFloor = (0.696, 0.853, 0.788, 0.1169),
        },
        new()
        {
            Name = "Expedia first 10,000", Config = "first10k.json", File = "expedia/first10k-train.csv.gz",
            ValidationFile = "expedia/first10k-eval.csv.gz", TestFile = "expedia/first10k-test.csv.gz", Counts = (10_000, 457, 281),
        },
        new()
        {
            Name = "Hillstrom", Config = "hillstrom.json", File = "hillstrom/hillstrom.csv.gz",
            Counts = (64_000, 9_394, 578), PublishedFloor = (0.654, 0.510, 0.627, 0.0510),
        },
        new()
        {
            Name = "OULAD", Config = "oulad.json", File = "oulad/studentInfo.csv.gz", SplitBy = "id_student",
            Counts = (32_593, 22_437, 15_385), PublishedFloor = (0.667, 0.672, 0.667, 0.6489),
        },
    ];

    public override string ToString() => Name;
}
