namespace EsmmLite.Experiments.PaperBench;

/// <summary>One of the methods that are compared; those of the paper are listed here.</summary>
/// <param name="Name">The paper's name.</param>
/// <param name="Summary">What it is, in a few words.</param>
/// <param name="Variants">Values of its one free number, of which the best is reported; none where it has none.</param>
public record BenchMethod(string Name, string Summary, params IReadOnlyList<double> Variants)
{
    /// <summary>CVR network trained on clicked impressions only.</summary>
    public static BenchMethod Base { get; } = new("BASE", "one CVR network, clicked impressions only");

    /// <summary>All missing as negative.</summary>
    public static BenchMethod Aman { get; } = new("AMAN", "BASE, and unclicked impressions sampled as negatives", 0.1, 0.2, 0.5, 1);

    /// <summary>Copies of the positives.</summary>
    public static BenchMethod Oversampling { get; } = new("OVERSAMPLING", "BASE, conversions copied", 2, 3, 5, 10);

    /// <summary>Rejection sampling by pCTR.</summary>
    public static BenchMethod Unbias { get; } = new("UNBIAS", "BASE, clicked impressions rejected by pCTR");

    /// <summary>Two networks, divided.</summary>
    public static BenchMethod Division { get; } = new("DIVISION", "separate networks: pCTCVR / pCTR");

    /// <summary>ESMM without sharing.</summary>
    public static BenchMethod EsmmNs { get; } = new("ESMM-NS", "ESMM, a table set for each tower");

    /// <summary>ESMM.</summary>
    public static BenchMethod Esmm { get; } = new("ESMM", "both towers over all impressions, shared tables");

    /// <summary>All of them, as the paper lists them.</summary>
    public static IReadOnlyList<BenchMethod> All { get; } = [Base, Aman, Oversampling, Unbias, Division, EsmmNs, Esmm];

    /// <summary>What is used where nothing was chosen: the second of the variants.</summary>
    public double DefaultVariant => Variants.Count == 0 ? 0 : Variants[1];
}
