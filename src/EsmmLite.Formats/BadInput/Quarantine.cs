using System.Globalization;
using System.Text;
using EsmmLite.Formats.Delimited;
using EsmmLite.Persistence;

namespace EsmmLite.Formats.BadInput;

/// <summary>
/// A file in which bad rows are kept aside: CSV with the columns <c>file</c>, <c>line</c>, <c>reason</c> and <c>record</c>, the last of
/// which is the row as it was written, without its line end.
/// </summary>
/// <remarks>
/// A reader of CSV gets the rows back exactly. Rows come in the order of the log, one for each bad row, however often the log is read
/// by one run; numbers that are too large once standardised are known only after a pass, and stand behind the others. The file is written
/// beside its place (<see cref="PendingFile"/>) and takes it at the end, also of a run that stops: but a run that read no row leaves an
/// earlier file as it is. Not safe for several threads at a time.
/// </remarks>
public sealed class Quarantine : IDisposable
{
    private PendingFile? _file;
    private StreamWriter? _writer;
    private bool _wasRead;

    /// <summary>Names the file. It is created when a log begins to be read, and replaces an earlier one when this is disposed of.</summary>
    /// <param name="path">The file.</param>
    public Quarantine(string path)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        Path = path;
    }

    /// <summary>The file.</summary>
    public string Path { get; }

    /// <summary>Rows kept.</summary>
    public long Rows { get; private set; }

    /// <summary>Writes what is left and puts the file in its place, if a row was read.</summary>
    /// <exception cref="EsmmException">It can't be written; an earlier file is untouched.</exception>
    public void Dispose()
    {
        using PendingFile? file = _file;
        _file = null;
        if (file is null || !_wasRead)
        {
            return;
        }

        try
        {
            _writer!.Flush();
            file.Complete();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw Unwritable(e);
        }
    }

    /// <summary>Creates the file, if that was not done yet.</summary>
    /// <exception cref="EsmmException">It can't be created.</exception>
    internal void Begin()
    {
        try
        {
            if (_writer is null)
            {
                _file = new PendingFile(Path);
                _writer = new StreamWriter(_file.Stream, new UTF8Encoding(false), 1 << 16, leaveOpen: true) { NewLine = "\n" };
                _writer.WriteLine("file,line,reason,record");
                _writer.Flush();
            }
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw Unwritable(e);
        }
    }

    /// <summary>Says that a row was read: from now on the file replaces an earlier one.</summary>
    internal void SeeRow() => _wasRead = true;

    internal void Add(string file, long line, string reason, ReadOnlySpan<char> record)
    {
        Rows++;
        try
        {
            WriteQuoted(DelimitedLog.DisplayName(file));
            _writer!.Write(',');
            _writer!.Write(line.ToString(CultureInfo.InvariantCulture));
            _writer!.Write(',');
            WriteQuoted(reason);
            _writer!.Write(",\"");
            WriteDoubled(record.TrimEnd("\r\n"));
            _writer!.Write("\"\n");
        }
        catch (IOException e)
        {
            throw Unwritable(e);
        }
    }

    private void WriteQuoted(string text)
    {
        if (text.AsSpan().IndexOfAny(",\"\r\n") < 0)
        {
            _writer!.Write(text);
            return;
        }

        _writer!.Write('"');
        WriteDoubled(text);
        _writer!.Write('"');
    }

    private void WriteDoubled(ReadOnlySpan<char> text)
    {
        for (int quote; (quote = text.IndexOf('"')) >= 0; text = text[(quote + 1)..])
        {
            _writer!.Write(text[..(quote + 1)]);
            _writer!.Write('"');
        }

        _writer!.Write(text);
    }

    private EsmmException Unwritable(Exception e) => new(EsmmErrorKind.Data, "bad rows can't be kept there (" + e.Message.TrimEnd('.') + ")", Path, "a file that may be written, and room on the disk", innerException: e);
}
