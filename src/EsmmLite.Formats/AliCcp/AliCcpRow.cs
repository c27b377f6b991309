using EsmmLite.Diagnostics;

namespace EsmmLite.Formats.AliCcp;

/// <summary>A row of the Ali-CCP log, with the features of its user. Valid until the next is read.</summary>
public sealed class AliCcpRow
{
    private readonly AliCcpFeatures _features;
    private char[] _sample = [];
    private int _length;

    internal AliCcpRow(AliCcpFeatures features) => _features = features;

    /// <summary>The sample's number, as written.</summary>
    public ReadOnlySpan<char> Sample => _sample.AsSpan(0, _length);

    /// <summary>How many rows of the skeletons were before it.</summary>
    public long Order { get; private set; }

    /// <summary>Whether it was clicked.</summary>
    public bool Click { get; private set; }

    /// <summary>Whether it was bought; there are rows without a click that were.</summary>
    public bool Bought { get; private set; }

    /// <summary>The values of a field, with weights, in the order of the line.</summary>
    /// <param name="place">The field's place in <see cref="AliCcpFields.All"/>.</param>
    public IReadOnlyList<(long Id, float Weight)> Values(int place) => _features.Values(place);

    internal void Set(ReadOnlySpan<char> sample, long order, bool click, bool bought)
    {
        if (sample.ContainsAny('"', '\n', '\r'))
        {
            throw new EsmmException(EsmmErrorKind.Data, "the sample is " + ErrorText.Quote(sample), null, "a number");
        }

        if (_sample.Length < sample.Length)
        {
            _sample = new char[sample.Length];
        }

        sample.CopyTo(_sample);
        (_length, Order, Click, Bought) = (sample.Length, order, click, bought);
    }
}
