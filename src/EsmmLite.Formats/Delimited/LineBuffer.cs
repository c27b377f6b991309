using System.Runtime.ExceptionServices;

namespace EsmmLite.Formats.Delimited;

/// <summary>Cuts a text into lines that end with a line feed, without allocating one.</summary>
/// <param name="reader">The text.</param>
/// <param name="longest">The most characters of a line.</param>
internal sealed class LineBuffer(TextReader reader, int longest)
{
    private char[] _text = new char[1 << 16];
    private int _start; // of the current line
    private int _next;
    private int _end;
    private bool _isOver;
    private ExceptionDispatchInfo? _fault; // that a look ahead met

    /// <summary>The most characters of a line.</summary>
    public int Longest => longest;

    /// <summary>Whether no line came next because it is too long.</summary>
    public bool IsTooLong { get; private set; }

    /// <summary>The current line with its end; valid until the next.</summary>
    public ReadOnlySpan<char> Current => _text.AsSpan(_start, _next - _start);

    /// <summary>Goes to the next line.</summary>
    public bool Next()
    {
        _start = _next;
        int searched = 0;
        while (true)
        {
            int length = _text.AsSpan(_start + searched, _end - _start - searched).IndexOf('\n');
            if (length >= 0)
            {
                _next = _start + searched + length + 1;
                return true;
            }

            searched = _end - _start;
            IsTooLong = searched > longest;
            if (IsTooLong || !Fill())
            {
                _next = IsTooLong ? _start : _end;
                return _next > _start;
            }
        }
    }

    /// <summary>The lines that wholly lie in the next part of the text, which stays to be read.</summary>
    /// <param name="length">About how many characters to look at.</param>
    public IEnumerable<Range> Peek(int length)
    {
        try
        {
            while (_end - _next < length && Fill())
            {
                // The text is wanted, not the lines.
            }
        }
        catch (Exception e) when (LogText.IsDamage(e))
        {
            _fault = ExceptionDispatchInfo.Capture(e);
        }

        for (int at = _next; at < _end;)
        {
            int line = Array.IndexOf(_text, '\n', at, _end - at);
            if (line < 0 && !_isOver)
            {
                yield break;
            }

            int to = line < 0 ? _end : line + 1;
            yield return at..to;
            at = to;
        }
    }

    public ReadOnlySpan<char> Peeked(Range line) => _text.AsSpan(line);

    /// <summary>Reads more text behind what is there; the current line moves to the front.</summary>
    private bool Fill()
    {
        _fault?.Throw();
        if (_isOver)
        {
            return false;
        }

        if (_start > 0)
        {
            _text.AsSpan(_start, _end - _start).CopyTo(_text);
            (_start, _next, _end) = (0, _next - _start, _end - _start);
        }

        if (_end == _text.Length)
        {
            Array.Resize(ref _text, 2 * _text.Length);
        }

        int read = reader.Read(_text.AsSpan(_end));
        _end += read;
        _isOver = read == 0;
        return read > 0;
    }
}
