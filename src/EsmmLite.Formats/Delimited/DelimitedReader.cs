using System.Buffers.Binary;
using System.Security.Cryptography;
using EsmmLite.Diagnostics;
using EsmmLite.Formats.BadInput;
using EsmmLite.Formats.Blocks;

namespace EsmmLite.Formats.Delimited;

/// <summary>Reads the rows of a log, one at a time. Nothing is allocated per row.</summary>
public sealed class DelimitedReader : IDisposable
{
    private readonly DelimitedLog _log;
    private readonly string[] _columns;
    private readonly int[] _ordinals;
    private readonly IncrementalHash _digests = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
    private readonly BadRowGate _gate;
    private LogFile? _file;
    private DelimitedFile? _delimited; // one of the two is the file: a call that is known is a fast one
    private JsonFile? _json;
    private int _next;
    private long _bytesOfEarlierFiles;

    internal DelimitedReader(DelimitedLog log, string[] columns, bool isFirstPass = true)
    {
        _log = log;
        _columns = columns;
        _ordinals = new int[columns.Length];
        _gate = new BadRowGate(log.Options.MaxBadRows, log.Options.Quarantine, isFirstPass);
        OpenNext();
        Header = _file!.Header;
    }

    /// <summary>The column names of the first file.</summary>
    public IReadOnlyList<string> Header { get; }

    /// <summary>The file of the current row.</summary>
    public string File { get; private set; } = "";

    /// <summary>The line on which the current row begins, from 1; a quoted value may stretch a row over several.</summary>
    public long Line => _file?.Line ?? 0;

    /// <summary>The number of the current row in the whole log, from 0; -1 before the first.</summary>
    public long Row { get; private set; } = -1;

    /// <summary>Bytes taken from the files on disk so far (compressed, if they are).</summary>
    public long BytesRead => _bytesOfEarlierFiles + (_file?.BytesRead ?? 0);

    /// <summary>
    /// What the log holds, in hexadecimal: SHA-256 over the SHA-256 of each file's decompressed bytes and the number of rows. Null until the last row was passed.
    /// </summary>
    public string? Fingerprint { get; private set; }

    /// <summary>Rows read so far, and those that were bad.</summary>
    public BadRowCounts BadRows => _gate.Counts;

    /// <summary>Goes to the next row. Rows that are bad as they stand (too few fields, too many) are counted and passed over.</summary>
    /// <returns>Whether there is one.</returns>
    /// <exception cref="EsmmException">The file is damaged, not UTF-8, its quotes don't match, or there are too many bad rows; the message names file and line.</exception>
    public bool Read()
    {
        while (_file is not null)
        {
            if (_file.Read())
            {
                Row++;
                _gate.Begin();
                if (_file.Fault is not { } fault)
                {
                    return true;
                }

                Reject(fault.Reason, fault.Error);
                continue;
            }

            RequireSeen(_file);
            _digests.AppendData(_file.Digest!);
            _bytesOfEarlierFiles += _file.BytesRead;
            OpenNext();
            if (_file is null)
            {
                _gate.Judge();
            }
        }

        return false;
    }

    /// <summary>Counts the current row as bad: the caller can't use it. What is to be kept aside is.</summary>
    /// <param name="reason">Why, in a few words, the same for all rows of the kind.</param>
    /// <param name="fault">The same at length; where it stands is put in front.</param>
    /// <exception cref="EsmmException">No row may be bad.</exception>
    public void Reject(string reason, EsmmException fault)
    {
        ArgumentNullException.ThrowIfNull(fault);
        Reject(reason, fault, isNew: false);
    }

    /// <summary>The same; <paramref name="isNew"/> where only this pass over the log could see the fault.</summary>
    internal void Reject(string reason, EsmmException fault, bool isNew) => _gate.Reject(reason, Locate(fault), File, Line, _file!.Record, isNew);

    /// <summary>The value of a wanted column in the current row, without quotes; valid until the next <see cref="Read"/>.</summary>
    /// <param name="column">Its place among the columns the log was opened with.</param>
    public ReadOnlySpan<char> Value(int column) => _delimited is not null ? _delimited.Value(_ordinals[column]) : _json!.Value(_ordinals[column]);

    /// <summary>The header of the current file as it was written, without its line end; empty for JSON lines.</summary>
    public string HeaderText { get; private set; } = "";

    /// <summary>Whether the current file is one of JSON lines.</summary>
    public bool IsJson { get; private set; }

    /// <summary>What stands between two fields of the current file; an opening brace for JSON lines.</summary>
    public char Delimiter { get; private set; }

    /// <summary>The current row as it was written, quotes and line end included; valid until the next <see cref="Read"/>.</summary>
    public ReadOnlySpan<char> Record => _file!.Record;

    /// <summary>Whether the values of the current row are parts of <see cref="Record"/>.</summary>
    internal bool IsVerbatim => _file!.IsVerbatim;

    /// <summary>The same fault, with file and line of the current row in front.</summary>
    public EsmmException Locate(EsmmException fault)
    {
        ArgumentNullException.ThrowIfNull(fault);
        string? where = _file?.Where;
        return new EsmmException(fault.Kind, fault.What, fault.Where is null ? where : where + ", " + fault.Where, fault.Expected, fault.Hint, fault);
    }

    /// <summary>Closes the current file.</summary>
    public void Dispose()
    {
        _file?.Dispose();
        _digests.Dispose();
    }

    private void OpenNext()
    {
        _file?.Dispose();
        _file = null;
        if (_next == _log.Files.Count)
        {
            Span<byte> rows = stackalloc byte[sizeof(long)];
            BinaryPrimitives.WriteInt64LittleEndian(rows, Row + 1);
            _digests.AppendData(rows);
            Fingerprint = Convert.ToHexStringLower(_digests.GetHashAndReset());
            return;
        }

        string name = _log.Files[_next++];
        _file = LogFile.Open(_log, name);
        (_delimited, _json) = (_file as DelimitedFile, _file as JsonFile);
        (File, HeaderText, Delimiter, IsJson) = (name, _file.HeaderText, _file.Delimiter, _json is not null);
        for (int i = 0; i < _columns.Length; i++)
        {
            _ordinals[i] = _file.PlaceOf(_columns[i]);
            if (_ordinals[i] < 0)
            {
                throw _log.NoColumn(RowPlace.Of(name, 1), _columns[i], _file.Header);
            }

            if (_json is null && Array.LastIndexOf(_file.Header, _columns[i]) != _ordinals[i])
            {
                throw new EsmmException(EsmmErrorKind.Data, "the column " + ErrorText.Quote(_columns[i]) + " occurs twice", RowPlace.Of(name, 1));
            }
        }
    }

    /// <summary>A key that no object has is a misspelt one.</summary>
    private void RequireSeen(LogFile file)
    {
        if (file.Unseen() is { } key)
        {
            throw _log.NoColumn(DelimitedLog.DisplayName(File), key, file.Header);
        }
    }
}
