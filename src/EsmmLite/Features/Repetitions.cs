namespace EsmmLite.Features;

/// <summary>
/// Tells how many rows of new data make one independent observation of a field. All rows of a request repeat its user, and candidates of
/// one request are alike, so shares of rows vary more than those of as many independent draws.
/// </summary>
/// <param name="then">What new values are held against; its groups are those that drift is measured by.</param>
internal sealed class Repetitions(FieldProfile then)
{
    private readonly ProfileGroups _groups = new(then);
    private readonly BlockCounts _blocks = new(ProfileGroups.Most);
    private readonly Presence _presence = new();
    private bool _hasValue;
    private long _rows;

    /// <summary>Counts a value of the present row.</summary>
    /// <param name="key">Its hash, or the cell of a number.</param>
    public void See(ulong key)
    {
        _hasValue = true;
        if (_groups.Of(key) is >= 0 and int group)
        {
            _blocks.Add(group);
        }
    }

    /// <summary>Ends the present row.</summary>
    public void EndRow()
    {
        _presence.See(_hasValue);
        _blocks.EndRow();
        _hasValue = false;
        _rows++;
    }

    /// <summary>Of the values: the more of what runs of equal ones and stretches of the log show.</summary>
    public double OfValues(ValueSketch values) => Math.Max(values.Repetition(_rows), _blocks.Repetition());

    /// <summary>Of whether there is a value.</summary>
    public double OfMissing() => _presence.Repetition();
}
