using static TorchSharp.torch;

namespace EsmmLite.PeerComparison.Goldens.Family;

/// <summary>The golden files of the family: one a piece.</summary>
internal static class FamilyGoldens
{
    private static readonly FamilyNetwork[] _networks = [new PlainNetwork(), new NormNetwork(), new MmoeNetwork(), new PleNetwork(), new AitmNetwork(), new AttentionNetwork(), new DinNetwork()];

    /// <summary>Writes into <paramref name="folder"/>; false when a check failed.</summary>
    public static bool Run(string folder, TextWriter board)
    {
        bool sound = true;
        foreach (FamilyNetwork network in _networks)
        {
            FamilyCase golden = new(network);
            (OptimizerRun, FamilyWeights)[] runs = network is PlainNetwork ? [.. OptimizerRun.All.Select(run => (run, run.Train(golden, ScalarType.Float64)))] : [];
            bool passed = FamilyCheck.Run(golden, runs, board);
            sound &= passed;
            if (passed)
            {
                string path = Path.Combine(folder, network.Name + ".json");
                board.WriteLine($"  written: {path}, {FamilyFile.Write(golden, runs, path):N0} bytes");
            }
        }

        return sound;
    }
}
