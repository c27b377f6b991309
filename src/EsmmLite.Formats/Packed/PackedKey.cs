using System.Globalization;
using System.Text;
using System.Text.Json;
using EsmmLite.Features;
using EsmmLite.Formats.Delimited;
using EsmmLite.Formats.Times;

namespace EsmmLite.Formats.Packed;

/// <summary>All that a packed log depends on: what was read, and how. Two equal keys mean equal bytes.</summary>
public sealed record PackedKey
{
    /// <summary>To be raised when the same text is encoded to other bytes, or the survey learns something else.</summary>
    private const int CurrentRules = 2;

    /// <summary>Version of the rules of reading and encoding.</summary>
    public int Rules { get; init; } = CurrentRules;

    /// <summary>The schema as JSON, every default explicit.</summary>
    public required string Schema { get; init; }

    /// <summary>What is set aside, with its seed; null for nothing.</summary>
    public string? Holdout { get; init; }

    /// <summary>Which impressions and labels count, by their times; null for all.</summary>
    public string? Times { get; init; }

    /// <summary>Seed of the samples that quantiles are taken from; null where no field is cut at quantiles.</summary>
    public ulong? QuantileSeed { get; init; }

    /// <summary>The log to train on.</summary>
    public required IReadOnlyList<DataFileStamp> Data { get; init; }

    /// <summary>The log to validate on; empty for none.</summary>
    public required IReadOnlyList<DataFileStamp> Valid { get; init; }

    /// <summary>The key of logs as they are now.</summary>
    /// <param name="schema">The schema.</param>
    /// <param name="log">The log to train on; no standard input.</param>
    /// <param name="holdout">Rows to set aside; null for none.</param>
    /// <param name="valid">The log to validate on; null for none.</param>
    /// <param name="seed">Seed of the survey.</param>
    /// <param name="times">Which impressions and labels count; all when null.</param>
    /// <exception cref="EsmmException">A file can't be read, or has no header.</exception>
    public static PackedKey Of(Schema schema, DelimitedLog log, Holdout? holdout, DelimitedLog? valid, ulong seed, TimeSelection? times = null)
    {
        ArgumentNullException.ThrowIfNull(schema);
        ArgumentNullException.ThrowIfNull(log);
        if (log.HasStandardInput || valid is { HasStandardInput: true })
        {
            throw new EsmmException(EsmmErrorKind.Usage, "standard input can't be recognised again", "packed log", "names of files", "Save it to a file first.");
        }

        return new PackedKey
        {
            Schema = JsonOf(schema),
            Holdout = holdout?.ToString(),
            Times = times is null or { IsEmpty: true } ? null : times.ToString(),
            QuantileSeed = schema.Fields.Any(field => field is NumericField { Buckets: not null }) ? seed : null,
            Data = StampsOf(log),
            Valid = valid is null ? [] : StampsOf(valid),
        };
    }

    /// <summary>The same key with the digests of all files.</summary>
    /// <param name="cancellation">Stops reading the files.</param>
    /// <exception cref="EsmmException">A file is not as it was when the key was made.</exception>
    public PackedKey WithDigests(CancellationToken cancellation = default) => this with
    {
        Data = [.. Data.Select(file => file.WithDigest(cancellation))],
        Valid = [.. Valid.Select(file => file.WithDigest(cancellation))],
    };

    /// <summary>Why a log packed under this key may not stand for another key. The data files are read, to compare their digests.</summary>
    /// <param name="now">The key of the logs as they are now.</param>
    /// <param name="cancellation">Stops reading the files.</param>
    /// <returns>The reason, as the end of a sentence about the packed log; null when it may.</returns>
    /// <exception cref="EsmmException">A data file can't be read.</exception>
    public string? StaleBecause(PackedKey now, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(now);
        return Rules != now.Rules ? "was packed by another version"
            : Schema != now.Schema ? "was packed with another schema"
            : Holdout != now.Holdout ? "was packed with " + (Holdout is null ? "no holdout" : "another holdout (" + Holdout + ")")
            : Times != now.Times ? "was packed with " + (Times is null ? "impressions of all times" : "other times (" + Times + ")")
            : QuantileSeed != now.QuantileSeed ? "was packed with another seed"
            : Other("training", Data, now.Data) ?? Other("validation", Valid, now.Valid) ?? Changed([.. Data, .. Valid], [.. now.Data, .. now.Valid], cancellation);
    }

    private static DataFileStamp[] StampsOf(DelimitedLog log) => [.. log.Files.Select(file => DataFileStamp.Of(log, file))];

    /// <summary>What is seen without reading the files.</summary>
    private static string? Other(string purpose, IReadOnlyList<DataFileStamp> then, IReadOnlyList<DataFileStamp> now)
    {
        if (then.Count != now.Count)
        {
            return string.Create(CultureInfo.InvariantCulture, $"was packed from {then.Count} {purpose} files where there are {now.Count}");
        }

        return then.Zip(now).All(pair => pair.First.Delimiter == pair.Second.Delimiter) ? null : "was packed with another delimiter";
    }

    private static string? Changed(DataFileStamp[] then, DataFileStamp[] now, CancellationToken cancellation)
    {
        int changed = Enumerable.Range(0, then.Length).FirstOrDefault(i => !then[i].HasContentsOf(now[i], cancellation), -1);
        return changed < 0 ? null : "was not packed from what " + now[changed].Name + " holds now";
    }

    /// <summary>A schema as JSON, every default explicit.</summary>
    internal static string JsonOf(Schema schema)
    {
        using var stream = new MemoryStream();
        using (var json = new Utf8JsonWriter(stream))
        {
            json.WriteStartObject();
            SchemaJson.Write(json, schema);
            json.WriteEndObject();
        }

        return Encoding.UTF8.GetString(stream.GetBuffer(), 0, (int)stream.Length);
    }
}
