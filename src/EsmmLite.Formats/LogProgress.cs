namespace EsmmLite.Formats;

/// <summary>How far a pass over a log has come.</summary>
/// <param name="BytesRead">Bytes taken from the files on disk.</param>
/// <param name="TotalBytes">Bytes of all files; null for standard input.</param>
/// <param name="Rows">Rows read.</param>
public readonly record struct LogProgress(long BytesRead, long? TotalBytes, long Rows);
