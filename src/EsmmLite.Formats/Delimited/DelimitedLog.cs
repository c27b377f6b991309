using System.Globalization;
using EsmmLite.Diagnostics;

namespace EsmmLite.Formats.Delimited;

/// <summary>
/// An impression log in one or more files, plain or gzipped (told by their first bytes), read in order as if they were one: CSV or TSV,
/// each with a header of its own, or JSON lines. <c>-</c> is standard input.
/// </summary>
/// <remarks>Rows stream through: memory does not grow with the files. A log can be opened any number of times.</remarks>
public sealed class DelimitedLog : IDisposable
{
    private const string StandardInputName = "-";

    private readonly string[] _files;
    private string? _kept;
    private bool _inputTaken;

    /// <summary>Creates a log of files.</summary>
    /// <param name="files">The files in order.</param>
    /// <param name="options">How to read them.</param>
    /// <exception cref="EsmmException">A file is not there.</exception>
    public DelimitedLog(IEnumerable<string> files, DelimitedLogOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(files);
        _files = [.. files];
        Options = options ?? new DelimitedLogOptions();
        if (_files.Length == 0)
        {
            throw new EsmmException(EsmmErrorKind.Usage, "no log files were given", hint: "Name at least one file, or - for standard input.");
        }

        if (!(Options.MaxBadRows >= 0 && Options.MaxBadRows <= 1))
        {
            throw new EsmmException(EsmmErrorKind.Usage, "a share of bad rows of " + Options.MaxBadRows.ToString(CultureInfo.InvariantCulture), nameof(DelimitedLogOptions.MaxBadRows), "a number from 0 to 1");
        }

        if (_files.Count(file => file == StandardInputName) > 1)
        {
            throw new EsmmException(EsmmErrorKind.Usage, "standard input is named twice");
        }

        foreach (string file in _files)
        {
            if (file != StandardInputName && !File.Exists(file))
            {
                throw new EsmmException(EsmmErrorKind.Data, Directory.Exists(file) ? "is a folder" : "there is no such file", file, "a file of CSV, TSV or JSON lines, plain or gzipped");
            }
        }
    }

    /// <summary>How the files are read.</summary>
    public DelimitedLogOptions Options { get; }

    /// <summary>The files in order.</summary>
    public IReadOnlyList<string> Files => _files;

    /// <summary>Bytes of all files as they lie on disk; null when standard input is among them.</summary>
    public long? TotalBytes => HasStandardInput ? null : _files.Sum(file => new FileInfo(file).Length);

    internal bool HasStandardInput => _files.Contains(StandardInputName);

    /// <summary>Opens the log at its first row.</summary>
    /// <param name="columns">The columns wanted, each by its name in the header; a name may occur more than once.</param>
    public DelimitedReader Open(params IEnumerable<string> columns)
    {
        ArgumentNullException.ThrowIfNull(columns);
        return new DelimitedReader(this, [.. columns]);
    }

    /// <summary>Opens the log for another pass: bad rows are passed over as in the first one, and not kept aside again.</summary>
    internal DelimitedReader OpenAgain(IEnumerable<string> columns) => new(this, [.. columns], isFirstPass: false);

    /// <summary>The column names of the first file.</summary>
    public IReadOnlyList<string> Header()
    {
        using LogFile file = LogFile.Open(this, _files[0]);
        return file.Header;
    }

    /// <summary>Deletes the copy of standard input, if there is one.</summary>
    public void Dispose()
    {
        if (_kept is not null)
        {
            File.Delete(_kept);
            _kept = null;
        }
    }

    internal static string DisplayName(string file) => file == StandardInputName ? "standard input" : file;

    /// <summary>Opens a file's bytes as they lie on disk.</summary>
    internal Stream OpenRaw(string file)
    {
        if (file != StandardInputName)
        {
            return OpenFile(file);
        }

        if (!_inputTaken)
        {
            _inputTaken = true;
            Stream input = Options.StandardInput ?? Console.OpenStandardInput();
            if (!Options.KeepStandardInput)
            {
                return input;
            }

            using (input)
            {
                _kept = Path.Combine(Path.GetTempPath(), "esmm-" + Path.GetRandomFileName());
                using var copy = new FileStream(_kept, FileMode.CreateNew, FileAccess.Write);
                input.CopyTo(copy);
            }
        }

        return _kept is not null
            ? OpenFile(_kept)
            : throw new EsmmException(EsmmErrorKind.Usage, "standard input can be read only once", hint: "Set " + nameof(DelimitedLogOptions.KeepStandardInput) + ", or name a file.");
    }

    private static FileStream OpenFile(string path)
    {
        try
        {
            return new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read, 1, FileOptions.SequentialScan);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new EsmmException(EsmmErrorKind.Data, "can't be opened: " + e.Message.TrimEnd('.'), path, innerException: e);
        }
    }

    internal EsmmException NoColumn(string where, string column, IReadOnlyList<string> header)
    {
        string? near = ErrorText.Nearest(column, header);
        return new EsmmException(EsmmErrorKind.Data, "there is no column " + ErrorText.Quote(column), where, "one of " + ErrorText.Some(column, [.. header]),
            near is null ? (header.Count == 1 ? "Is the delimiter right?" : null) : "Did you mean \"" + near + "\"?");
    }
}
