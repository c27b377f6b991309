using EsmmLite.Cli.Terminal;
using EsmmLite.Features;
using EsmmLite.Formats;
using EsmmLite.Formats.Delimited;
using EsmmLite.Formats.Packed;

namespace EsmmLite.Cli.Training;

/// <summary>The two passes over a log, with their progress shown.</summary>
internal static class LogReading
{
    public static LogSurvey Survey(DelimitedLog log, Schema schema, Holdout? holdout, ulong seed, ProgressBoard board, CancellationToken token)
    {
        using ProgressPhase phase = board.Begin("reading");
        return LogSurvey.Run(log, schema, holdout, seed, new ByteProgress(phase), token);
    }

    public static PackedParts Pack(string name, DelimitedLog log, FeatureSpace space, Holdout? holdout, string? fingerprint, ProgressBoard board, CancellationToken token)
    {
        using ProgressPhase phase = board.Begin(name);
        return PackedParts.Pack(log, space, holdout, fingerprint, null, new ByteProgress(phase), token);
    }
}
