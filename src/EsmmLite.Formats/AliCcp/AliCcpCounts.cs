namespace EsmmLite.Formats.AliCcp;

/// <summary>What a conversion of the Ali-CCP log came to.</summary>
public sealed record AliCcpCounts
{
    /// <summary>Lines of the skeletons.</summary>
    public long Samples { get; init; }

    /// <summary>Rows written.</summary>
    public long Written { get; init; }

    /// <summary>Rows written that were clicked.</summary>
    public long Clicks { get; init; }

    /// <summary>Rows written that were clicked and bought.</summary>
    public long Conversions { get; init; }

    /// <summary>Rows written with click 0 and buy 1: the config says what becomes of them.</summary>
    public long BoughtUnclicked { get; init; }

    /// <summary>Entries of the common features.</summary>
    public long CommonEntries { get; init; }

    /// <summary>The most bytes that the common features took at a time.</summary>
    public long CommonBytes { get; init; }

    /// <summary>Further values of fields that have one, which were left out.</summary>
    public long Repeated { get; init; }

    /// <summary>Values of lists beyond the most, which were left out.</summary>
    public long Cut { get; init; }
}
