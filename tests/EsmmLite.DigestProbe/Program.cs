using System.Runtime.InteropServices;
using System.Security.Cryptography;
using EsmmLite.DigestProbe;
using EsmmLite.Features;
using EsmmLite.Kernels;
using EsmmLite.Layers;
using EsmmLite.Model;
using EsmmLite.Scoring;
using EsmmLite.Tiny;

// Run in a child process under other settings of the runtime: prints the vector width it got, then one digest a line.
//   EsmmLite.DigestProbe ROWS EPOCHS
//   EsmmLite.DigestProbe memory training|saving|scoring|bfloat16 FILE     prints bytes instead
if (args[0] == "memory")
{
    MemoryProbe.Print(args[1], args[2]);
    return;
}

int rows = int.Parse(args[0], System.Globalization.CultureInfo.InvariantCulture), epochs = int.Parse(args[1], System.Globalization.CultureInfo.InvariantCulture);
TinyConfig config = TinyLog.SampleConfig();
TinyLog log = TinyLog.Sample(config, rows, seed: 7);
Console.WriteLine($"width {VectorWidth.Bits}");
Console.WriteLine($"fma {System.Runtime.Intrinsics.X86.Fma.IsSupported}");
int batchRows = Math.Min(64, rows / 5);
TinyConfig separate = ProbeModel.SeparateConfig();
(string, TinyConfig, TinyLog, int)[] cases =
[
    ("sample", config, log, epochs),
    ("separate", separate, ProbeModel.SeparateLog(separate, rows, batchRows), 1),
];
foreach ((string name, TinyConfig of, TinyLog rowsOf, int epochsOf) in cases)
{
    for (int threads = 1; threads <= 3; threads++)
    {
        Console.WriteLine($"{name} {ProbeModel.Train(of, rowsOf, batchRows, threads, epochsOf).State} engine");
    }

    TinyEsmm tiny = new(of);
    for (int epoch = 0; epoch < epochsOf; epoch++)
    {
        tiny.Epoch(rowsOf, batchRows);
    }

    Console.WriteLine($"{name} {tiny.StateDigest()} tiny");
}

for (int threads = 1; threads <= 3; threads++)
{
    Console.WriteLine($"features {FeatureProbe.Train(rows, batchRows, threads, AttentionKind.Dot)} engine");
    Console.WriteLine($"din {FeatureProbe.Train(rows, batchRows, threads, AttentionKind.Din)} engine");
}

foreach (string line in FamilyCases.Digests(config, log, batchRows))
{
    Console.WriteLine(line);
}

// Scores and encoded text too: hashing, logarithms, the head.
EsmmModel model = ProbeModel.Create(config);
ImpressionBatch batch = model.Space.CreateBatch(rows);
ProbeModel.Fill(log, batch);
Prediction[] predictions = new Prediction[rows];
foreach (WeightFormat weights in Enum.GetValues<WeightFormat>())
{
    EsmmScorer scorer = new(model, new ScorerOptions { Weights = weights });
    scorer.Score(batch, scorer.CreateWorkspace(), predictions);
    Console.WriteLine($"scores-{weights} {Convert.ToHexStringLower(SHA256.HashData(MemoryMarshal.AsBytes<Prediction>(predictions)))}");
}
