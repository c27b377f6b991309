using EsmmLite.Cli.Commands;
using EsmmLite.Cli.Terminal;
using EsmmLite.Features;
using EsmmLite.Formats.Delimited;
using EsmmLite.Formats.Profiling;

namespace EsmmLite.Cli.Evaluating;

/// <summary>Warns of fields that give the answer away, before a wonderful AUC is believed.</summary>
internal static class Leaks
{
    public static IReadOnlyList<LeakFinding> Find(DelimitedLog log, FeatureSpace space, int conversionStage, ProgressBoard board, CancellationToken token) => Find(log, space.Schema, conversionStage, space.Serving == space, board, token);

    public static IReadOnlyList<LeakFinding> Find(DelimitedLog log, Schema schema, int conversionStage, bool served, ProgressBoard board, CancellationToken token)
    {
        if (log.Files.Contains(Options.StandardStream))
        {
            return []; // it can be read only once
        }

        IReadOnlyList<LeakFinding> leaks;
        using (board.Begin("looking for leaks"))
        {
            leaks = LeakGuard.Run(log, schema, conversionStage, served, token);
        }

        foreach (LeakFinding leak in leaks)
        {
            board.Line("warning: " + leak);
        }

        return leaks;
    }
}
