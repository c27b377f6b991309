using EsmmLite.Formats.BadInput;
using EsmmLite.Formats.Blocks;

namespace EsmmLite.Formats.Delimited;

/// <summary>One file of a log, open: the names of its columns, then records with the line they begin on.</summary>
internal abstract class LogFile(LogText text, string file) : IDisposable
{
    /// <summary>The column names.</summary>
    public string[] Header { get; protected set; } = [];

    /// <summary>The header as it was written, without its line end; empty where names stand in each record.</summary>
    public string HeaderText { get; protected set; } = "";

    /// <summary>What stands between two fields.</summary>
    public char Delimiter { get; protected set; }

    /// <summary>The line on which the current record begins, from 1.</summary>
    public long Line { get; protected set; }

    /// <summary>The current record as it was written, with its line end if it has one; valid until the next <see cref="Read"/>.</summary>
    public abstract ReadOnlySpan<char> Record { get; }

    /// <summary>Whether values lie in the record as they are.</summary>
    public abstract bool IsVerbatim { get; }

    /// <summary>Why the current record has no values that could be asked for; null if it has.</summary>
    public RowFault? Fault { get; protected set; }

    /// <summary>SHA-256 of the decompressed bytes; null until the last record was read.</summary>
    public byte[]? Digest => text.Digest;

    /// <summary>Bytes taken from the file on disk so far.</summary>
    public long BytesRead => text.BytesRead;

    public string Where => RowPlace.Of(file, Line);

    /// <summary>Records read so far, blank lines not counted.</summary>
    protected long Records { get; set; }

    protected LogText Text => text;

    protected string Name => file;

    /// <summary>Opens a file in the format that its name, its first character or the options call for.</summary>
    /// <exception cref="EsmmException">It can't be read, is damaged, or has no header.</exception>
    public static LogFile Open(DelimitedLog log, string file)
    {
        var text = new LogText(log, file);
        LogFile? opened = null;
        try
        {
            opened = JsonFile.IsMeant(log.Options, file, text) ? new JsonFile(text, log.Options, file) : new DelimitedFile(text, log.Options, file);
            opened.Begin();
            return opened;
        }
        catch (Exception e) when (LogText.IsDamage(e))
        {
            text.Dispose();
            throw text.Damage(e, opened?.Line ?? 1, opened?.Records ?? 0);
        }
        catch
        {
            text.Dispose();
            throw;
        }
    }

    /// <summary>Goes to the next record; blank lines are passed over.</summary>
    /// <exception cref="EsmmException">No record can be read any more: the file is damaged, or not what it should be.</exception>
    public bool Read()
    {
        try
        {
            if (Advance())
            {
                return true;
            }

            text.Finish();
            return false;
        }
        catch (Exception e) when (LogText.IsDamage(e))
        {
            throw text.Damage(e, Line, Records + 1);
        }
    }

    /// <summary>The place of a column's values; -1 if there is no such column.</summary>
    /// <param name="column">Its name.</param>
    public abstract int PlaceOf(string column);

    /// <summary>A column that was asked for and is in no record, now that all were read; null if there is none.</summary>
    public virtual string? Unseen() => null;

    public virtual void Dispose() => text.Dispose();

    /// <summary>Reads what stands before the records.</summary>
    protected abstract void Begin();

    /// <summary>Goes to the next record, if there is one.</summary>
    protected abstract bool Advance();
}
