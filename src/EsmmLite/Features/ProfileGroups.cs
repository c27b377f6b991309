namespace EsmmLite.Features;

/// <summary>The groups that drift is measured by, for values as they come: tenths of the numbers, or the commonest categories and the rest; and one for unseen ones.</summary>
internal sealed class ProfileGroups
{
    /// <summary>The most groups.</summary>
    public const int Most = FieldProfile.GroupsOfCategories + 1;

    private const int Unseen = Most - 1, Unknown = -1;

    private readonly FieldProfile _then;
    private readonly int[] _groups;

    public ProfileGroups(FieldProfile then)
    {
        _then = then;
        _groups = then.Groups(then.Cells);
    }

    /// <summary>The group of a value; -1 where the profile can't tell.</summary>
    /// <param name="key">The hash of a category, or the cell of a number.</param>
    public int Of(ulong key)
    {
        if (_then.IsCategory && !ValueSketch.Keeps(key, _then.Level))
        {
            return Unknown;
        }

        int place = FieldProfile.Find(_then.Cells, _then.IsCategory ? key : key >> _then.Level);
        return place >= 0 ? _groups[place] : _then.IsCategory || ~place == 0 || ~place == _groups.Length ? Unseen : _groups[~place];
    }
}
