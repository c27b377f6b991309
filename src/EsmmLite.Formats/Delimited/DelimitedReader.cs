using System.Buffers.Binary;
using System.Security.Cryptography;
using EsmmLite.Diagnostics;

namespace EsmmLite.Formats.Delimited;

/// <summary>Reads the rows of a log, one at a time. Nothing is allocated per row.</summary>
public sealed class DelimitedReader : IDisposable
{
    private readonly DelimitedLog _log;
    private readonly string[] _columns;
    private readonly int[] _ordinals;
    private readonly IncrementalHash _digests = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
    private LogFile? _file;
    private int _next;
    private long _bytesOfEarlierFiles;

    internal DelimitedReader(DelimitedLog log, string[] columns)
    {
        _log = log;
        _columns = columns;
        _ordinals = new int[columns.Length];
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

    /// <summary>Goes to the next row.</summary>
    /// <returns>Whether there is one.</returns>
    /// <exception cref="EsmmException">The file is damaged, not UTF-8, or a row has not the header's number of fields; the message names file and line.</exception>
    public bool Read()
    {
        while (_file is not null)
        {
            if (_file.Read())
            {
                Row++;
                return true;
            }

            _digests.AppendData(_file.Digest!);
            _bytesOfEarlierFiles += _file.BytesRead;
            OpenNext();
        }

        return false;
    }

    /// <summary>The value of a wanted column in the current row, without quotes; valid until the next <see cref="Read"/>.</summary>
    /// <param name="column">Its place among the columns the log was opened with.</param>
    public ReadOnlySpan<char> Value(int column) => _file!.Value(_ordinals[column]);

    /// <summary>The header of the current file as it was written, without its line end.</summary>
    public string HeaderText { get; private set; } = "";

    /// <summary>What stands between two fields of the current file.</summary>
    public char Delimiter { get; private set; }

    /// <summary>The current row as it was written, quotes and line end included; valid until a value is asked for or <see cref="Read"/> is called.</summary>
    public ReadOnlySpan<char> Record => _file!.Record;

    /// <summary>Whether there is a quote in the current row; without one its values are parts of <see cref="Record"/>.</summary>
    internal bool HasQuotes => _file!.HasQuotes;

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
        _file = new LogFile(_log, name);
        File = name;
        HeaderText = _file.HeaderText;
        Delimiter = _file.Delimiter;
        for (int i = 0; i < _columns.Length; i++)
        {
            _ordinals[i] = Array.IndexOf(_file.Header, _columns[i]);
            if (_ordinals[i] < 0)
            {
                throw _log.NoColumn(name, _columns[i], _file.Header);
            }

            if (Array.LastIndexOf(_file.Header, _columns[i]) != _ordinals[i])
            {
                throw new EsmmException(EsmmErrorKind.Data, "the column " + ErrorText.Quote(_columns[i]) + " occurs twice", DelimitedLog.DisplayName(name) + " line 1");
            }
        }
    }
}
