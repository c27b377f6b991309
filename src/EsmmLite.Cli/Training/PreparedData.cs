using EsmmLite.Cli.Terminal;
using EsmmLite.Features;
using EsmmLite.Formats;
using EsmmLite.Formats.Delimited;
using EsmmLite.Formats.Packed;
using EsmmLite.Training;

namespace EsmmLite.Cli.Training;

/// <summary>A log that was surveyed and encoded: what training needs.</summary>
internal sealed class PreparedData : IDisposable
{
    private readonly PackedParts _parts;
    private readonly PackedParts? _valid;

    private PreparedData(LogSurvey survey, PackedParts parts, PackedParts? valid)
    {
        Survey = survey;
        _parts = parts;
        _valid = valid;
    }

    public LogSurvey Survey { get; }

    public FeatureSpace Space => Survey.Space;

    public PackedLog Training => _parts.Training;

    public FunnelCounts TrainingCounts => _parts.TrainingCounts;

    /// <summary>The impressions to validate on; null when there are none.</summary>
    public PackedLog? Validation => _valid?.Training ?? _parts.Validation;

    public FunnelCounts? ValidationCounts => _valid?.TrainingCounts ?? (_parts.Validation is null ? null : _parts.ValidationCounts);

    public static PreparedData Read(EsmmConfig config, DelimitedLog log, Holdout? holdout, DelimitedLog? valid, ProgressBoard board, CancellationToken token)
    {
        LogSurvey survey = LogReading.Survey(log, config.Schema, holdout, config.Training.Seed, board, token);
        Require(survey.Training, "to train on", log);
        if (holdout is not null)
        {
            Require(survey.Validation, "in the part set aside", log);
        }

        PackedParts parts = LogReading.Pack("encoding", log, survey.Space, holdout, survey.Fingerprint, board, token);
        try
        {
            PackedParts? validParts = valid is null ? null : LogReading.Pack("encoding valid", valid, survey.Space, null, null, board, token);
            if (validParts is not null)
            {
                Require(validParts.TrainingCounts, "to validate on", valid!);
            }

            return new PreparedData(survey, parts, validParts);
        }
        catch
        {
            parts.Dispose();
            throw;
        }
    }

    public void Dispose()
    {
        _parts.Dispose();
        _valid?.Dispose();
    }

    private static void Require(FunnelCounts counts, string purpose, DelimitedLog log)
    {
        if (counts.Impressions == 0)
        {
            throw new EsmmException(EsmmErrorKind.Data, "there are no impressions " + purpose, string.Join(", ", log.Files));
        }
    }
}
