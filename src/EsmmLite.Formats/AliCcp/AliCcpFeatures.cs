using System.Globalization;
using EsmmLite.Diagnostics;

namespace EsmmLite.Formats.AliCcp;

/// <summary>The features of one line, field by field: whole numbers with weights, of lists the heaviest only. Reused from line to line.</summary>
/// <param name="maxValues">The most values of a list.</param>
internal sealed class AliCcpFeatures(int maxValues)
{
    private const char FeatureEnd = '\u0001';
    private const char IdStart = '\u0002';
    private const char ValueStart = '\u0003';
    private const double LargestWeight = 1e9;

    private readonly List<(long Id, float Weight)>[] _values = [.. AliCcpFields.All.Select(_ => new List<(long, float)>())];

    /// <summary>Further values of fields that have one, which were left out.</summary>
    public long Repeated { get; private set; }

    /// <summary>Values of lists beyond the most, which were left out.</summary>
    public long Cut { get; private set; }

    /// <summary>The values of a field, in the order of the line.</summary>
    public List<(long Id, float Weight)> Values(int place) => _values[place];

    public void Clear()
    {
        foreach (List<(long, float)> values in _values)
        {
            values.Clear();
        }
    }

    /// <summary>Adds the features of a line.</summary>
    /// <param name="text">Features, separated by 0x01, each field 0x02 id 0x03 value.</param>
    /// <param name="announced">How many the line says there are.</param>
    /// <exception cref="EsmmException">A separator is missing, a field unknown, a number none, or the count is another; without a place.</exception>
    public void Add(ReadOnlySpan<char> text, int announced)
    {
        int count = 0;
        while (!text.IsEmpty)
        {
            int end = text.IndexOf(FeatureEnd);
            ReadOnlySpan<char> feature = end < 0 ? text : text[..end];
            text = end < 0 ? [] : text[(end + 1)..];
            AddOne(feature, ++count);
        }

        if (count != announced)
        {
            throw Bad($"the line announces {announced} features and holds {count}", "as many as announced", "Is a separator missing, or the line cut?");
        }

        for (int place = 0; place < _values.Length; place++)
        {
            if (AliCcpFields.IsList(place))
            {
                CutTo(_values[place]);
            }
        }
    }

    private void AddOne(ReadOnlySpan<char> feature, int number)
    {
        int id = feature.IndexOf(IdStart), value = feature.IndexOf(ValueStart);
        if (id < 0 || value < id || feature[(value + 1)..].ContainsAny(IdStart, ValueStart))
        {
            throw Bad($"feature {number} is {ErrorText.Quote(feature)}", "field 0x02 id 0x03 value");
        }

        int place = AliCcpFields.PlaceOf(feature[..id]);
        if (place < 0)
        {
            throw Bad($"feature {number} is of a field {ErrorText.Quote(feature[..id])}", "one of " + string.Join(", ", AliCcpFields.All));
        }

        if (!long.TryParse(feature[(id + 1)..value], NumberStyles.None, CultureInfo.InvariantCulture, out long whole))
        {
            throw Bad($"the id of feature {number}, of field {AliCcpFields.All[place]}, is {ErrorText.Quote(feature[(id + 1)..value])}", "a whole number");
        }

        if (!float.TryParse(feature[(value + 1)..], NumberStyles.Float, CultureInfo.InvariantCulture, out float weight) || !(weight >= 0 && weight <= LargestWeight))
        {
            throw Bad($"the value of feature {number}, of field {AliCcpFields.All[place]}, is {ErrorText.Quote(feature[(value + 1)..])}", "a number from 0 to 1e9");
        }

        if (_values[place].Count > 0 && !AliCcpFields.IsList(place))
        {
            Repeated++;
            return;
        }

        _values[place].Add((whole, weight));
    }

    /// <summary>Keeps the heaviest, the earlier of equal ones, in their order.</summary>
    private void CutTo(List<(long Id, float Weight)> values)
    {
        if (values.Count <= maxValues)
        {
            return;
        }

        int[] kept = [.. Enumerable.Range(0, values.Count).OrderByDescending(i => values[i].Weight).Take(maxValues).Order()];
        Cut += values.Count - maxValues;
        (long, float)[] rest = [.. kept.Select(i => values[i])];
        values.Clear();
        values.AddRange(rest);
    }

    private static EsmmException Bad(string what, string expected, string? hint = null) => new(EsmmErrorKind.Data, what, null, expected, hint);
}
