using EsmmLite.Formats.BadInput;

namespace EsmmLite.Formats.Delimited;

/// <summary>How to read delimited files.</summary>
public sealed record DelimitedLogOptions
{
    /// <summary>The delimiter of files that are no JSON lines; when null, tab for names in .tsv and .tab (also before .gz), otherwise the one of <c>, ; tab |</c> that the header holds most often.</summary>
    public char? Delimiter { get; init; }

    /// <summary>
    /// The share of rows that may be bad (too few fields or too many, no number where one should be, no label). They are left out and
    /// counted; more of them stop the reading. 0 stops it at the first.
    /// </summary>
    public double MaxBadRows { get; init; } = BadRowLimit.Usual;

    /// <summary>Where bad rows are kept aside; null for nowhere. It is the caller's to dispose of.</summary>
    public Quarantine? Quarantine { get; init; }

    /// <summary>The most characters of a record; a quote that is never closed would otherwise take in the whole file.</summary>
    public int MaxRecordLength { get; init; } = 1 << 22;

    /// <summary>
    /// Keep a copy of standard input in a temporary file, so that it can be read twice, as training must. Otherwise it is read as it comes, once.
    /// </summary>
    public bool KeepStandardInput { get; init; }

    /// <summary>Stands for standard input in tests.</summary>
    internal Stream? StandardInput { get; init; }
}
