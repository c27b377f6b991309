namespace EsmmLite.Persistence;

/// <summary>The fixed points of the <c>esmmlite/1</c> profile of safetensors, shared by writer and reader.</summary>
internal static class SafetensorsFormat
{
    /// <summary>Bytes before the header: its length, unsigned, little-endian.</summary>
    public const int LengthBytes = 8;

    /// <summary>The longest header written or read, in bytes.</summary>
    public const int MaxHeaderBytes = 16_000_000;

    /// <summary>The most dims of a tensor.</summary>
    public const int MaxRank = 32;

    /// <summary>The payload starts at a multiple of this, so that a mapped file has aligned tensors.</summary>
    public const int Alignment = 64;

    /// <summary>The header's key for the map of strings.</summary>
    public const string MetadataKey = "__metadata__";

    /// <summary>The last tensor: the SHA-256 of every byte of the file before it.</summary>
    public const string DigestName = "~sha256";

    /// <summary>Bytes of the last tensor.</summary>
    public const int DigestBytes = 32;
}
