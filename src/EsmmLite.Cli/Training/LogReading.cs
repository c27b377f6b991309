using System.Diagnostics;
using EsmmLite.Cli.Terminal;
using EsmmLite.Features;
using EsmmLite.Formats;
using EsmmLite.Formats.Delimited;
using EsmmLite.Formats.Packed;

namespace EsmmLite.Cli.Training;

/// <summary>The two passes over a log, with their progress shown and their speed kept.</summary>
internal static class LogReading
{
    public static LogSurvey Survey(DelimitedLog log, Schema schema, Holdout? holdout, ulong seed, ProgressBoard board, SpeedTable speed, CancellationToken token)
    {
        using ProgressPhase phase = board.Begin("reading");
        var time = Stopwatch.StartNew();
        LogSurvey survey = LogSurvey.Run(log, schema, holdout, seed, new ByteProgress(phase), token);
        speed.Add("text, first pass", survey.Training.Impressions + survey.Validation.Impressions, time.Elapsed);
        return survey;
    }

    public static PackedParts Pack(string name, DelimitedLog log, FeatureSpace space, Holdout? holdout, string? fingerprint, ProgressBoard board, SpeedTable speed, CancellationToken token)
    {
        using ProgressPhase phase = board.Begin(name);
        var time = Stopwatch.StartNew();
        PackedParts parts = PackedParts.Pack(log, space, holdout, fingerprint, null, new ByteProgress(phase), token);
        speed.Add("text, " + name, parts.TrainingCounts.Impressions + parts.ValidationCounts.Impressions, time.Elapsed);
        return parts;
    }
}
