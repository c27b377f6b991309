using EsmmLite.PeerComparison.Goldens.Family;

namespace EsmmLite.PeerComparison.Goldens;

/// <summary>Writes all golden files and shows the self-check.</summary>
internal static class GoldenCommand
{
    /// <summary>Writes into <paramref name="folder"/>; false when a check failed.</summary>
    public static bool Run(string folder, TextWriter board)
    {
        Directory.CreateDirectory(Path.Combine(folder, "family"));
        bool sound = true;
        foreach (GoldenSpec spec in GoldenSpecs.All)
        {
            GoldenCase golden = new(spec);
            bool passed = SelfCheck.Run(golden, board);
            sound &= passed;
            if (passed)
            {
                string path = Path.Combine(folder, spec.Name + ".json");
                long bytes = GoldenFile.Write(golden, path);
                board.WriteLine($"  written: {path}, {bytes:N0} bytes");
            }
        }

        return FamilyGoldens.Run(Path.Combine(folder, "family"), board) && sound;
    }
}
