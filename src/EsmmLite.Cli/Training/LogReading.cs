using System.Diagnostics;
using EsmmLite.Cli.Terminal;
using EsmmLite.Features;
using EsmmLite.Formats;
using EsmmLite.Formats.Delimited;
using EsmmLite.Formats.Packed;
using EsmmLite.Formats.Times;

namespace EsmmLite.Cli.Training;

/// <summary>The two passes over a log, with their progress shown and their speed kept.</summary>
internal static class LogReading
{
    /// <summary>The holdout with its threshold, if it is one by time; otherwise as it is.</summary>
    public static Holdout? Resolve(DelimitedLog log, Schema schema, Holdout? holdout, TimeSelection? times, ProgressBoard board, CancellationToken token)
    {
        if (holdout is not { IsByTime: true })
        {
            return holdout;
        }

        using ProgressPhase phase = board.Begin("looking at times");
        return TimeSplit.Find(log, schema, holdout, times, new ByteProgress(phase), token);
    }

    public static LogSurvey Survey(DelimitedLog log, Schema schema, Holdout? holdout, TimeSelection? times, ulong seed, ProgressBoard board, SpeedTable speed, CancellationToken token)
    {
        using ProgressPhase phase = board.Begin("reading");
        var time = Stopwatch.StartNew();
        LogSurvey survey = LogSurvey.Run(log, schema, holdout, seed, times, new ByteProgress(phase), token);
        speed.Add("text, first pass", survey.Training.Impressions + survey.Validation.Impressions, time.Elapsed);
        return survey;
    }

    public static PackedParts Pack(string name, DelimitedLog log, FeatureSpace space, Holdout? holdout, TimeSelection? times, string? fingerprint, ProgressBoard board, SpeedTable speed, CancellationToken token)
    {
        using ProgressPhase phase = board.Begin(name);
        var time = Stopwatch.StartNew();
        PackedParts parts = PackedParts.Pack(log, space, holdout, times, fingerprint, null, new ByteProgress(phase), token);
        speed.Add("text, " + name, parts.TrainingCounts.Impressions + parts.ValidationCounts.Impressions, time.Elapsed);
        return parts;
    }
}
