namespace EsmmLite.Formats.Profiling;

/// <summary>Whether columns keep one value within a group (a request, a search, a session), on a fair sample of the groups.</summary>
/// <param name="columns">Number of columns.</param>
/// <param name="ranks">Columns that may hold a place on the page: of them it is also counted how often a group repeats a value.</param>
/// <remarks>Groups are kept by the first bits of their hash, as in <see cref="DistinctSample"/>, so a kept group is seen with all its rows wherever they stand.</remarks>
internal sealed class GroupTally(int columns, IReadOnlySet<int> ranks)
{
    private const int MostGroups = 8192;
    private const int MostCells = 4_000_000;

    private readonly int _limit = Math.Clamp(MostCells / Math.Max(columns, 1), 64, MostGroups);
    private readonly Dictionary<ulong, Group> _groups = [];
    private int _zeroBits;

    /// <summary>Groups of at least two rows that were looked at.</summary>
    public long Groups => _groups.Values.Count(group => group.Rows > 1);

    /// <summary>Rows of the groups that were looked at, for each group, in the mean.</summary>
    public double RowsOfGroup => _groups.Count == 0 ? 0 : _groups.Values.Average(group => (double)group.Rows);

    /// <summary>Begins a row of a group.</summary>
    /// <returns>The group, or null where it is not looked at.</returns>
    public Group? Row(ulong hash)
    {
        if (!Keeps(hash))
        {
            return null;
        }

        if (!_groups.TryGetValue(hash, out Group? group))
        {
            _groups.Add(hash, group = new Group(columns, ranks));
            while (_groups.Count > _limit)
            {
                _zeroBits++;
                foreach (ulong other in _groups.Keys.Where(other => !Keeps(other)).ToList())
                {
                    _groups.Remove(other);
                }
            }
        }

        group.Rows++;
        return group;
    }

    /// <summary>In how many of <see cref="Groups"/> a column has more than one value.</summary>
    public long Varying(int column) => _groups.Values.Count(group => group.Varies(column));

    /// <summary>How many rows of the groups repeat a value of their group, in a column that may hold a place on the page.</summary>
    public long Repeats(int column) => _groups.Values.Sum(group => group.Repeats(column));

    private bool Keeps(ulong hash) => _zeroBits == 0 || hash >> (64 - _zeroBits) == 0;

    /// <summary>One group: of each column the first value's hash, and whether another one followed.</summary>
    internal sealed class Group(int columns, IReadOnlySet<int> ranks)
    {
        private readonly uint[] _first = new uint[columns];
        private readonly bool[] _varies = new bool[columns];
        private const int MostRanks = 1000;

        private readonly HashSet<(int Column, uint Value)> _seen = [];
        private readonly Dictionary<int, long> _repeats = [];

        public long Rows { get; set; }

        public bool Varies(int column) => _varies[column];

        public long Repeats(int column) => _repeats.GetValueOrDefault(column);

        public void Add(int column, ulong hash)
        {
            uint value = (uint)hash;
            if (Rows == 1)
            {
                _first[column] = value;
            }
            else
            {
                _varies[column] |= value != _first[column];
            }

            if (ranks.Contains(column) && (_seen.Count == MostRanks || !_seen.Add((column, value))))
            {
                _repeats[column] = _repeats.GetValueOrDefault(column) + 1;
            }
        }
    }
}
