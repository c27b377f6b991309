namespace EsmmLite.Formats.Delimited;

/// <summary>Thrown within the reader at bytes that are not UTF-8, once everything before them was handed out.</summary>
/// <param name="line">The line, by its number of line feeds.</param>
/// <param name="column">The byte within the line, from 1.</param>
/// <param name="value">The byte.</param>
internal sealed class NotUtf8Exception(long line, long column, byte value) : Exception("bytes that are not UTF-8")
{
    public long Line => line;

    public long Column => column;

    public byte Value => value;
}
