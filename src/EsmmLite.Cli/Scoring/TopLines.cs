using EsmmLite.Diagnostics;

namespace EsmmLite.Cli.Scoring;

/// <summary>The lines of the largest scores, group by group: of equal scores the earlier goes first. Memory grows with what is kept.</summary>
internal sealed class TopLines(int keep)
{
    private const int Room = 1024;

    private readonly List<(double Score, long Order, byte[] Line)> _lines = [];
    private readonly HashSet<string> _done = [];
    private string? _group;
    private long _order;

    /// <summary>Lines written so far.</summary>
    public long Written { get; private set; }

    /// <summary>Offers a line. One of another group than the last ends that group, whose best are written.</summary>
    public void Add(string group, double score, ReadOnlySpan<byte> line, (string File, long Line) place, Stream output)
    {
        if (group != _group)
        {
            WriteTo(output);
            _group = group;
            if (!_done.Add(group))
            {
                throw new EsmmException(EsmmErrorKind.Data, "the group " + ErrorText.Quote(group) + " comes back after others", FormattableString.Invariant($"{place.File} line {place.Line}, --group"), "the lines of a group one after another", "Sort the log by that column first.");
            }
        }

        _lines.Add((score, _order++, line.ToArray()));
        if (_lines.Count >= (2L * keep) + Room)
        {
            Prune();
        }
    }

    /// <summary>Ends the group.</summary>
    public void WriteTo(Stream output)
    {
        Prune();
        foreach ((_, _, byte[] line) in _lines)
        {
            output.Write(line);
        }

        Written += _lines.Count;
        _lines.Clear();
    }

    private void Prune()
    {
        _lines.Sort((a, b) => a.Score == b.Score ? a.Order.CompareTo(b.Order) : b.Score.CompareTo(a.Score));
        if (_lines.Count > keep)
        {
            _lines.RemoveRange(keep, _lines.Count - keep);
        }
    }
}
