using System.Text.Json.Serialization;
using EsmmLite.Formats.BadInput;

namespace EsmmLite.Formats.Packed;

/// <summary>The table of contents of a packed file: what it depends on, what it holds, and where.</summary>
internal sealed record PackedContents
{
    public required PackedKey Key { get; init; }

    public required string Fingerprint { get; init; }

    public string? Selection { get; init; }

    public required string Space { get; init; }

    public required PackedCounts Training { get; init; }

    public PackedCounts? Validation { get; init; }

    public required PackedBadRows BadRows { get; init; }

    public PackedBadRows? ValidBadRows { get; init; }

    public required IReadOnlyList<string> Notes { get; init; }

    public required IReadOnlyList<PackedSection> Sections { get; init; }

    /// <summary>What no writer would have written; null if there is nothing of the kind.</summary>
    /// <param name="end">Where the sections end in the file.</param>
    public string? Fault(long end)
    {
        // Nullable annotations are enforced by the reader of JSON, but not within lists.
        if (Sections.Contains(null!) || Notes.Contains(null!) || Key.Data.Concat(Key.Valid).Contains(null!))
        {
            return "its table of contents has holes";
        }

        return Sections.All(section => section.Offset >= PackedFile.HeaderBytes && section.Length >= 0 && section.Length <= end - section.Offset)
            ? null : "a section is not within the file";
    }
}

/// <summary>A part of the file.</summary>
internal sealed record PackedSection(string Name, long Offset, long Length);

/// <summary>Counts of a part of a log.</summary>
internal sealed record PackedCounts(long Impressions, IReadOnlyList<long> Reached, IReadOnlyDictionary<string, long> Dropped, IReadOnlyDictionary<string, long> Hidden)
{
    public static PackedCounts Of(FunnelCounts counts) => new(counts.Impressions, counts.Reached, counts.Dropped, counts.Hidden);

    public FunnelCounts Restore() => new(Impressions, Reached, Dropped, Hidden);
}

/// <summary>Rows of a log, its bad rows by reason, and the first of them in words.</summary>
internal sealed record PackedBadRows(long Rows, IReadOnlyDictionary<string, long> Reasons, string? First)
{
    public static PackedBadRows Of(BadRowCounts counts) => new(counts.Rows, counts.Reasons, counts.First);

    public BadRowCounts Restore() => new(Rows, Reasons, First);
}

/// <summary>Reading and writing of the table without reflection.</summary>
[JsonSourceGenerationOptions(RespectNullableAnnotations = true, RespectRequiredConstructorParameters = true, AllowDuplicateProperties = false)]
[JsonSerializable(typeof(PackedContents))]
internal sealed partial class PackedJson : JsonSerializerContext;
