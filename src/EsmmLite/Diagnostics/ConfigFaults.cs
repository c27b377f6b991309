using System.Globalization;

namespace EsmmLite.Diagnostics;

/// <summary>The faults found so far in one config document, shared by all its nodes.</summary>
internal sealed class ConfigFaults(string source, EsmmErrorKind kind)
{
    // A document from elsewhere may hold a million; whoever mends the first hundred sees the next.
    private const int MostListed = 100;

    private readonly HashSet<(string Path, string Message)> _seen = [];
    private readonly List<(string Path, string Message)> _listed = [];
    private readonly List<ConfigNode> _nodes = [];

    public int Count { get; private set; }

    /// <summary>Whether further faults are only counted.</summary>
    public bool IsFull => _listed.Count == MostListed;

    public void Track(ConfigNode node) => _nodes.Add(node);

    /// <summary>Whether a fault was noted at a path, or at what it is a part of.</summary>
    public bool Covers(string path) => _listed.Exists(fault => path.StartsWith(fault.Path, StringComparison.Ordinal) && (path.Length == fault.Path.Length || path[fault.Path.Length] is '.' or '['));

    public void Add(string path, string message)
    {
        if (IsFull)
        {
            Count++;
        }
        else if (_seen.Add((path, message)))
        {
            Count++;
            _listed.Add((path, message));
        }
    }

    public void Finish()
    {
        foreach (ConfigNode node in _nodes)
        {
            node.CollectUnknownKeys();
        }

        Throw();
    }

    public void Throw()
    {
        if (Count == 0)
        {
            return;
        }

        if (Count == 1)
        {
            throw new EsmmException(kind, _listed[0].Message, source + ", " + _listed[0].Path);
        }

        string more = Count > _listed.Count ? string.Create(CultureInfo.InvariantCulture, $"\n  - and {Count - _listed.Count} more") : "";
        throw new EsmmException(kind, Count + " faults" + string.Concat(_listed.Select(fault => "\n  - " + fault.Path + ": " + fault.Message)) + more, source);
    }
}
