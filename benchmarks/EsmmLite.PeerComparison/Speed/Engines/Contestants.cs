using EsmmLite.PeerComparison.Speed.Engines.Esmm;
using EsmmLite.PeerComparison.Speed.Engines.Machine;
using EsmmLite.PeerComparison.Speed.Engines.Onnx;
using EsmmLite.PeerComparison.Speed.Engines.Torch;
using EsmmLite.PeerComparison.Speed.Tasks;
using EsmmLite.Scoring;

namespace EsmmLite.PeerComparison.Speed.Engines;

/// <summary>Everybody who takes part, by the engine whose process they share.</summary>
internal static class Contestants
{
    /// <summary>The machine's limits.</summary>
    public const string Machine = "machine";

    /// <summary>EsmmLite.</summary>
    public const string Esmm = "esmm";

    /// <summary>TorchSharp.</summary>
    public const string Torch = "torch";

    /// <summary>ONNX Runtime.</summary>
    public const string Onnx = "onnx";

    /// <summary>The engines, in the order in which they run in a round.</summary>
    public static IReadOnlyList<string> Engines { get; } = [Machine, Esmm, Torch, Onnx];

    private static IEnumerable<Contestant> EsmmScorers => [new EsmmScoring(WeightFormat.Float32), new EsmmScoring(WeightFormat.BFloat16), new EsmmRequest(), new EsmmEncodedRequest(), new EsmmServing()];

    /// <summary>The contestants of an engine.</summary>
    public static IReadOnlyList<Contestant> Of(string engine) => engine switch
    {
        Machine => [new MachineLimit()],
        Esmm => [new EsmmTraining(SeparateFields.None), new EsmmTraining(SeparateFields.Tiny), new EsmmTraining(SeparateFields.All), .. EsmmScorers],
        Torch => [.. TorchVariant.Training.Select(variant => new TorchTraining(variant)), .. TorchScoring.All],
        Onnx => [.. OnnxScoring.All],
        _ => throw new ArgumentException($"no engine '{engine}'"),
    };
}
