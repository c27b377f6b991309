using System.Numerics;
using System.Text;
using EsmmLite.Diagnostics;
using EsmmLite.Features;

namespace EsmmLite.Formats.Blocks;

/// <summary>
/// Notices ids that are written as whole numbers here and with a point there: <c>101</c> and <c>101.0</c> are two texts, and two ids
/// unless the field says that its values are integers.
/// </summary>
public sealed class IdForms
{
    private readonly Schema _schema;
    private readonly int[] _fields; // of ids that are taken as they are written
    private readonly bool[] _isId;
    private readonly bool[] _whole;
    private readonly long[] _pointed;
    private readonly string?[] _example;

    internal IdForms(Schema schema)
    {
        _schema = schema;
        _fields = [.. Enumerable.Range(0, schema.Fields.Count).Where(field => schema.Fields[field] is HashedField { Integer: false } or VocabularyField { Integer: false })];
        _isId = [.. Enumerable.Range(0, schema.Fields.Count).Select(field => _fields.Contains(field))];
        _whole = new bool[schema.Fields.Count];
        _pointed = new long[schema.Fields.Count];
        _example = new string?[schema.Fields.Count];
    }

    /// <summary>A sentence for each field in which both forms occur.</summary>
    public IReadOnlyList<string> Notes => [.. _fields.Where(place => _whole[place] && _pointed[place] > 0).Select(place => "field " + ErrorText.Quote(_schema.Fields[place].Name)
        + ": " + Count(place) + " like " + ErrorText.Quote(_example[place]) + ", others are written as " + ErrorText.Quote(Bare(place)) + " is: these are two ids. Set \"integer\": true of the field to make them one.")];

    /// <summary>A sentence for each field in which ids are written with a point that a model may know without.</summary>
    /// <param name="space">The model's feature space.</param>
    public IReadOnlyList<string> NotesFor(FeatureSpace space)
    {
        ArgumentNullException.ThrowIfNull(space);
        return [.. _fields.Where(field => _pointed[field] > 0 && !(space.Encoders[field] is VocabularyEncoder vocabulary && vocabulary.IdOf(Encoding.UTF8.GetBytes(_example[field]!)) != 0))
            .Select(field => "field " + ErrorText.Quote(_schema.Fields[field].Name) + ": " + Count(field) + " like " + ErrorText.Quote(_example[field]) + ", which is another id than " + ErrorText.Quote(Bare(field))
                + ". Unless the model was trained on such texts, train with \"integer\": true of the field.")];
    }

    /// <summary>What was seen here and in another log.</summary>
    /// <param name="other">The other log's.</param>
    public IdForms With(IdForms other)
    {
        ArgumentNullException.ThrowIfNull(other);
        var both = new IdForms(_schema);
        foreach (int field in _fields)
        {
            both._whole[field] = _whole[field] || other._whole[field];
            both._pointed[field] = _pointed[field] + other._pointed[field];
            both._example[field] = _example[field] ?? other._example[field];
        }

        return both;
    }

    internal void Observe(RowBlock rows)
    {
        foreach (int field in _fields)
        {
            TextColumn values = rows.Column(field);
            for (int i = 0; i < values.Count; i++)
            {
                ReadOnlySpan<byte> text = values[i];

                // The last character tells of most that they have nothing new to say.
                if (!text.IsEmpty && ((text[^1] is (byte)'0' or (byte)'.') || (!_whole[field] && char.IsAsciiDigit((char)text[^1]))))
                {
                    Look(field, text);
                }
            }
        }
    }

    internal void Observe(int field, ReadOnlySpan<char> text)
    {
        if (_isId[field])
        {
            Look(field, text);
        }
    }

    private void Look<T>(int field, ReadOnlySpan<T> text)
        where T : unmanaged, IBinaryInteger<T>
    {
        if (IsPointed(text))
        {
            _pointed[field]++;
            _example[field] ??= string.Concat(text.ToArray().Select(c => (char)ushort.CreateTruncating(c)));
        }
        else if (!_whole[field])
        {
            _whole[field] = text.Length > 0 && IsDigits(text);
        }
    }

    /// <summary>Whether a text is a whole number with a point and zeros at most behind it.</summary>
    private static bool IsPointed<T>(ReadOnlySpan<T> text)
        where T : unmanaged, IBinaryInteger<T>
    {
        T zero = T.CreateTruncating('0'), point = T.CreateTruncating('.');
        if (text.Length < 2 || (text[^1] != zero && text[^1] != point))
        {
            return false;
        }

        int at = text.Length - 1;
        while (at > 0 && text[at] == zero)
        {
            at--;
        }

        return at > 0 && text[at] == point && IsDigits(text[0] == T.CreateTruncating('-') && at > 1 ? text[1..at] : text[..at]);
    }

    private static bool IsDigits<T>(ReadOnlySpan<T> text)
        where T : unmanaged, IBinaryInteger<T>
    {
        foreach (T c in text)
        {
            if (c < T.CreateTruncating('0') || c > T.CreateTruncating('9'))
            {
                return false;
            }
        }

        return true;
    }

    private string Count(int field) => _pointed[field] == 1 ? "1 value is written" : _pointed[field].ToString("N0", System.Globalization.CultureInfo.InvariantCulture) + " values are written";

    private string Bare(int field) => _example[field]![.._example[field]!.IndexOf('.', StringComparison.Ordinal)];
}
