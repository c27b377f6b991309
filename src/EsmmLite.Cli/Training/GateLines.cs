using System.Globalization;
using EsmmLite.Cli.Terminal;
using EsmmLite.Formats;
using EsmmLite.Formats.Packed;
using EsmmLite.Model;
using EsmmLite.Training;

namespace EsmmLite.Cli.Training;

/// <summary>How much each gate of MMoE or PLE makes of its experts, and a warning of those that it does without.</summary>
internal static class GateLines
{
    public static void Write(EsmmModel model, PackedLog log, ProgressBoard board)
    {
        foreach (GateShares gate in GateUse.Measure(model, new SequentialSource(log)))
        {
            board.Line("gate " + gate.Gate + ": " + string.Join(" ", gate.Shares.Select(share => share.ToString("P0", CultureInfo.InvariantCulture))));
            foreach ((double share, int expert) in gate.Shares.Select((share, expert) => (share, expert)).Where(e => e.share < GateShares.Dead))
            {
                board.Line("warning: the gate of " + gate.Gate + " does without expert " + expert.ToString(CultureInfo.InvariantCulture) + ". Fewer experts would do, or another seed.");
            }
        }
    }
}
