using System.Diagnostics;
using EsmmLite.Cli.Commands;
using EsmmLite.Cli.Terminal;
using EsmmLite.Diagnostics;
using EsmmLite.Features;
using EsmmLite.Formats;
using EsmmLite.Formats.BadInput;
using EsmmLite.Formats.Blocks;
using EsmmLite.Formats.Delimited;
using EsmmLite.Formats.Packed;
using EsmmLite.Formats.Times;
using EsmmLite.Training;

namespace EsmmLite.Cli.Training;

/// <summary>Makes logs ready to train on: from a packed log that is fresh, otherwise from the text, in two passes.</summary>
internal sealed class DataPreparation(TrainingInput input, ProgressBoard board, SpeedTable speed, CancellationToken token)
{
    /// <summary>Takes the packed log if there is a fresh one. One that is damaged or stale is said so and packed again.</summary>
    /// <param name="cache">Where to keep the packed log; null to use one only where <c>esmm pack</c> puts it: training then goes on without it, whatever is wrong with it.</param>
    public PackedData Prepare(string? cache) => Told(Find(cache));

    /// <summary>Reads the text and keeps it packed.</summary>
    public PackedData Pack(string path) => Told(Pack(path, Key(), required: true));

    private PackedData Find(string? cache)
    {
        string path = cache ?? PackedFile.PlaceFor(input.Log.Files);
        if (input.Log.Options.Quarantine is not null)
        {
            // A packed log has the counts of bad rows, but not the rows.
            return cache is null ? ReadText() : Pack(path, Key(), required: true);
        }

        if (cache is null && !(File.Exists(path) && IsUsable(() => PackedFile.RequireReplaceable(path))))
        {
            return ReadText();
        }

        PackedKey key = Key();
        if (Open(path, key, out string? unusable) is { } packed)
        {
            board.Line("using the packed log " + path);
            return packed;
        }

        if (unusable is not null)
        {
            board.Line("note: the packed log " + path + " " + unusable + ". The text is read, and packed again.");
            if (cache is null && !IsUsable(() => Files.RequireWritable("packed log", path)))
            {
                return ReadText();
            }
        }

        return Pack(path, key, required: cache is not null);
    }

    /// <summary>Says what is to be known of the data; refuses a packed log of which more rows were bad than may be now.</summary>
    private PackedData Told(PackedData data)
    {
        try
        {
            foreach ((DelimitedLog? log, BadRowCounts? counts) in (IEnumerable<(DelimitedLog?, BadRowCounts?)>)[(input.Log, data.BadRows), (input.Valid, data.ValidBadRows)])
            {
                if (log is not null && counts is not null)
                {
                    BadRowLimit.Require(counts, log.Options.MaxBadRows, string.Join(", ", log.Files));
                    Say(LogOptions.Note(counts, log.Options));
                }
            }

            foreach (string note in data.Notes)
            {
                Say("note: " + note);
            }

            return data;
        }
        catch
        {
            data.Dispose();
            throw;
        }

        void Say(string? line)
        {
            if (line is not null)
            {
                board.Line(line);
            }
        }
    }

    private PackedData Pack(string path, PackedKey key, bool required)
    {
        PackedData data = ReadText();
        try
        {
            using ProgressPhase phase = board.Begin("packing");
            PackedFile.Save(path, key, data, token);
        }
        catch (EsmmException e) when (!required)
        {
            board.Line("note: the log could not be packed again: " + e.Message);
        }
        catch
        {
            data.Dispose();
            throw;
        }

        return data;
    }

    private bool IsUsable(Action check)
    {
        try
        {
            check();
            return true;
        }
        catch (EsmmException e)
        {
            board.Line("note: no packed log is kept. " + e.Message);
            return false;
        }
    }

    private PackedData? Open(string path, PackedKey key, out string? unusable)
    {
        using ProgressPhase phase = board.Begin("checking packed log");
        var time = Stopwatch.StartNew();
        PackedData? data = PackedFile.TryOpen(path, key, out unusable, token);
        if (data is not null)
        {
            speed.Add("packed log, checked", data.Training.Rows + (data.Validation?.Rows ?? 0), time.Elapsed);
        }

        return data;
    }

    /// <summary>What a checkpoint compares: the contents of all files, and which rows are used.</summary>
    public IReadOnlyList<CheckpointInput> Inputs(PackedData data)
    {
        using ProgressPhase phase = board.Begin("checking data files");
        PackedKey key = Key().WithDigests(token);
        string rows = data.Selection ?? "all";
        return [.. key.Data.Select(file => Input("training data", file)), .. key.Valid.Select(file => Input("validation data", file)), new CheckpointInput("rows used", rows, rows)];

        static CheckpointInput Input(string role, DataFileStamp file) => new(role, file.Name, file.Digest + (file.Delimiter == ',' ? "" : " delimited by " + ErrorText.Quote(file.Delimiter.ToString())));
    }

    private PackedKey Key() => PackedKey.Of(input.Config.Schema, input.Log, input.Holdout, input.Valid, input.Config.Training.Seed, input.Times);

    private PackedData ReadText()
    {
        Holdout? holdout = LogReading.Resolve(input.Log, input.Config.Schema, input.Holdout, input.Times, board, token);
        LogSurvey survey = LogReading.Survey(input.Log, input.Config.Schema, holdout, input.Times, input.Config.Training.Seed, board, speed, token);
        Require(survey.Training, "to train on", input.Log);
        if (holdout is not null)
        {
            Require(survey.Validation, "in the part set aside", input.Log);
        }

        PackedParts parts = LogReading.Pack("encoding", input.Log, survey.Space, holdout, input.Times, survey.Fingerprint, board, speed, token);
        try
        {
            PackedParts? valid = ReadValid(survey.Space);
            IdForms forms = valid is null ? survey.IdForms : survey.IdForms.With(valid.IdForms);
            return new PackedData(survey.Space, parts, valid) { Selection = SelectionOf(holdout), Notes = forms.Notes };
        }
        catch
        {
            parts.Dispose();
            throw;
        }
    }

    /// <summary>Which rows and labels of the data training uses, in words; null for all.</summary>
    private string? SelectionOf(Holdout? holdout)
    {
        string[] parts = [.. holdout is null ? (string[])[] : ["holdout " + holdout.Described], .. input.Times is null ? (string[])[] : [input.Times.ToString()]];
        return parts.Length == 0 ? null : string.Join("; ", parts);
    }

    private PackedParts? ReadValid(FeatureSpace space)
    {
        if (input.Valid is null)
        {
            return null;
        }

        // What was not known yet when training began must not choose among its epochs either.
        TimeSelection? known = input.Times is { AsOf: { } asOf } ? new TimeSelection { AsOf = asOf } : null;
        PackedParts parts = LogReading.Pack("encoding valid", input.Valid, space, null, known, null, board, speed, token);
        try
        {
            Require(parts.TrainingCounts, "to validate on", input.Valid);
            return parts;
        }
        catch
        {
            parts.Dispose();
            throw;
        }
    }

    private static void Require(FunnelCounts counts, string purpose, DelimitedLog log)
    {
        if (counts.Impressions == 0)
        {
            throw new EsmmException(EsmmErrorKind.Data, "there are no impressions " + purpose, string.Join(", ", log.Files));
        }
    }
}
