using EsmmLite.Cli.Commands;
using EsmmLite.Cli.Terminal;
using EsmmLite.Cli.Training;
using EsmmLite.Experiments.Simulation;
using EsmmLite.Features;
using EsmmLite.Formats;
using EsmmLite.Formats.Delimited;
using EsmmLite.Formats.Packed;
using EsmmLite.Training;

namespace EsmmLite.Cli.Profiling;

/// <summary>The batches that a profile's steps go round: so many that their rows don't all stay in a cache that training would not have.</summary>
internal static class ProfileBatches
{
    private const int Impressions = 65_536;
    private const int FewestBatches = 2;
    private const int MostBatches = 64;

    /// <summary>Draws ids.</summary>
    public static (FeatureSpace Space, IReadOnlyList<ImpressionBatch> Batches) Draw(EsmmConfig config, string configPath)
    {
        FeatureSpace space;
        try
        {
            space = FeatureSpace.FromSchema(config.Schema);
        }
        catch (EsmmException e) when (e.Kind == EsmmErrorKind.Usage)
        {
            throw new EsmmException(EsmmErrorKind.Usage, e.What, configPath, "--data FILE", "Ids can be drawn for hashed fields and for numbers that are not standardised; give a log for the others.", e);
        }

        return (space, DrawnImpressions.Batches(space, config.Training.Batch, CountFor(config.Training.Batch), config.Training.Seed));
    }

    /// <summary>Reads a log, in the order of training's first epoch.</summary>
    public static (FeatureSpace Space, IReadOnlyList<ImpressionBatch> Batches) Read(EsmmConfig config, string[] files, DelimitedLogOptions options, ProgressBoard board, CancellationToken token)
    {
        if (files.Contains(Options.StandardStream))
        {
            throw new EsmmException(EsmmErrorKind.Usage, "the log is read twice, and standard input can be read only once", "--data -", "the name of a file", "Save it to a file first.");
        }

        using var log = new DelimitedLog(files, options);
        var speed = new SpeedTable();
        LogSurvey survey = LogReading.Survey(log, config.Schema, null, null, config.Training.Seed, board, speed, token);
        if (LogOptions.Note(survey.BadRows, options) is { } note)
        {
            board.Line(note);
        }

        using PackedParts parts = LogReading.Pack("encoding", log, survey.Space, null, null, survey.Fingerprint, board, speed, token);
        int rows = config.Training.Batch;
        if (parts.TrainingCounts.Impressions < rows)
        {
            throw new EsmmException(EsmmErrorKind.Data, "there are " + Show.Count(parts.TrainingCounts.Impressions) + " impressions", string.Join(", ", files), Show.Count(rows) + " for one batch", "Give more data, or a smaller --batch.");
        }

        var source = new ShuffledSource(parts.Training, config.Training.Seed);
        var batches = new List<ImpressionBatch>();
        for (long left = parts.TrainingCounts.Impressions; left >= rows && batches.Count < CountFor(rows); left -= rows)
        {
            batches.Add(survey.Space.CreateBatch(rows));
            source.Fill(batches[^1]);
        }

        return (survey.Space, batches);
    }

    private static int CountFor(int rows) => Math.Clamp(Impressions / rows, FewestBatches, MostBatches);
}
