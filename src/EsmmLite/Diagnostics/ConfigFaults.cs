namespace EsmmLite.Diagnostics;

/// <summary>The faults found so far in one config document, shared by all its nodes.</summary>
internal sealed class ConfigFaults(string source, EsmmErrorKind kind)
{
    private readonly List<(string Path, string Message)> _faults = [];
    private readonly List<ConfigNode> _nodes = [];

    public int Count => _faults.Count;

    public void Track(ConfigNode node) => _nodes.Add(node);

    /// <summary>Whether a fault was noted at a path, or at what it is a part of.</summary>
    public bool Covers(string path) => _faults.Exists(fault => path.StartsWith(fault.Path, StringComparison.Ordinal) && (path.Length == fault.Path.Length || path[fault.Path.Length] is '.' or '['));

    public void Add(string path, string message)
    {
        if (!_faults.Contains((path, message)))
        {
            _faults.Add((path, message));
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
        if (_faults.Count == 0)
        {
            return;
        }

        if (_faults.Count == 1)
        {
            throw new EsmmException(kind, _faults[0].Message, source + ", " + _faults[0].Path);
        }

        IEnumerable<string> lines = _faults.Select(fault => "\n  - " + fault.Path + ": " + fault.Message);
        throw new EsmmException(kind, _faults.Count + " faults" + string.Concat(lines), source);
    }
}
