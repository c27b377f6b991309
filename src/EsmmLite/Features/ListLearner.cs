using System.Text;

namespace EsmmLite.Features;

/// <summary>Learns a field of several values: every value of every list, also of those that are not kept.</summary>
internal sealed class ListLearner(FieldLearner values, ListOptions options, string name, MissingTexts missing) : FieldLearner
{
    private readonly byte[] _separator = Encoding.UTF8.GetBytes(options.Separator);
    private readonly byte[]? _weightSeparator = options.WeightSeparator is { } text ? Encoding.UTF8.GetBytes(text) : null;
    private int _longest;
    private long _cut;

    public override FieldEncoder Build(out FieldStatistics statistics)
    {
        var encoder = (CategoricalEncoder)values.Build(out FieldStatistics inner);
        statistics = inner with { Count = Count, Missing = Missing, LongestList = _longest, CutLists = _cut };
        return new ListEncoder(encoder, options, missing) { Profile = encoder.Profile };
    }

    protected override bool See(ReadOnlySpan<byte> utf8)
    {
        values.BeginRow();
        if (missing.Contains(utf8))
        {
            values.Observe(utf8, Time);
            return false;
        }

        int count = 0;
        for (int end = 0; end >= 0; count++)
        {
            end = utf8.IndexOf(_separator);
            ReadOnlySpan<byte> entry = end < 0 ? utf8 : utf8[..end];
            values.Observe(_weightSeparator is null || missing.Contains(entry) ? entry : ListEncoder.ReadWeight(name, entry, _weightSeparator, out _), Time);
            utf8 = end < 0 ? default : utf8[(end + _separator.Length)..];
        }

        _longest = Math.Max(_longest, count);
        _cut += count > options.MaxValues ? 1 : 0;
        return true;
    }
}
