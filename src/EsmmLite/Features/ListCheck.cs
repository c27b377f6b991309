using System.Text;

namespace EsmmLite.Features;

/// <summary>Tells whether a field of several values takes a list: what encoding it would refuse.</summary>
internal sealed class ListCheck(Field field, CategoryReader? integers, MissingTexts missing)
{
    private readonly byte[] _separator = Encoding.UTF8.GetBytes(field.List!.Separator);
    private readonly byte[]? _weightSeparator = field.List!.WeightSeparator is { } text ? Encoding.UTF8.GetBytes(text) : null;

    public ValueFault FaultOf(ReadOnlySpan<byte> utf8)
    {
        FirstBad(utf8, out ValueFault fault);
        return fault;
    }

    /// <summary>The exception that encoding would throw for a list that is refused.</summary>
    public EsmmException Explain(ReadOnlySpan<byte> utf8)
    {
        ReadOnlySpan<byte> entry = FirstBad(utf8, out ValueFault fault);
        return fault == ValueFault.NotAnInteger ? integers!.NotInteger(Diagnostics.ErrorText.Quote(entry)) : ListEncoder.RefuseWeight(field.Name, entry, _weightSeparator);
    }

    private ReadOnlySpan<byte> FirstBad(ReadOnlySpan<byte> utf8, out ValueFault fault)
    {
        fault = ValueFault.None;
        for (int end = 0; end >= 0 && !missing.Contains(utf8);)
        {
            end = utf8.IndexOf(_separator);
            ReadOnlySpan<byte> entry = end < 0 ? utf8 : utf8[..end];
            utf8 = end < 0 ? default : utf8[(end + _separator.Length)..];
            if (missing.Contains(entry))
            {
                continue;
            }

            ReadOnlySpan<byte> value = entry;
            if (_weightSeparator is not null && !ListEncoder.TryReadWeight(entry, _weightSeparator, out value, out _))
            {
                fault = ValueFault.NotANumber;
                return entry;
            }

            if (integers?.Refuses(value) == true)
            {
                fault = ValueFault.NotAnInteger;
                return value;
            }
        }

        return default;
    }
}
