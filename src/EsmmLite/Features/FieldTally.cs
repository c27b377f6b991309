using System.Buffers;
using System.Runtime.InteropServices;
using System.Text;
using System.Text.Unicode;

namespace EsmmLite.Features;

/// <summary>Counts the values of one field (each of a list), read as its encoder reads them, for a <see cref="FieldProfile"/>.</summary>
public sealed class FieldTally
{
    private const int StackBytes = 384;

    private readonly Field _field;
    private readonly MissingTexts _missingTexts;
    private readonly byte[] _separator, _weightSeparator; // of a list
    private readonly CategoryReader? _category;
    private readonly NumberReader? _number;
    private readonly ValueSketch _values = new();
    private readonly NumberSketch _numbers = new();
    private readonly Repetitions? _repetitions; // of new data
    private RunningMoments _moments;
    private long _count, _missing, _row;

    internal FieldTally(Field field, MissingTexts missing, FieldProfile? against = null)
    {
        _repetitions = against is null ? null : new Repetitions(against);
        (_field, _missingTexts) = (field, missing);
        _separator = Encoding.UTF8.GetBytes(field.List?.Separator ?? "");
        _weightSeparator = Encoding.UTF8.GetBytes(field.List?.WeightSeparator ?? "");
        switch (field)
        {
            case HashedField hashed:
                _category = new CategoryReader(hashed.Name, hashed.Integer, hashed.Missing, missing);
                break;
            case VocabularyField vocabulary:
                _category = new CategoryReader(vocabulary.Name, vocabulary.Integer, vocabulary.Missing, missing);
                break;
            default:
                _number = new NumberReader((NumericField)field, missing);
                break;
        }
    }

    /// <summary>Starts to count a field.</summary>
    /// <param name="schema">The schema, whose missing texts count.</param>
    /// <param name="field">The field's place in it.</param>
    public static FieldTally Of(Schema schema, int field)
    {
        ArgumentNullException.ThrowIfNull(schema);
        return new FieldTally(schema.Fields[field], new MissingTexts(schema));
    }

    /// <summary>Starts to count a field of new data, which is to be held against training: rows come in the log's order, and it is measured how many of them make one observation.</summary>
    /// <param name="space">The feature space; where it keeps no profile of the field, this is <see cref="Of"/>.</param>
    /// <param name="field">The field's place in it.</param>
    public static FieldTally Against(FeatureSpace space, int field)
    {
        ArgumentNullException.ThrowIfNull(space);
        return new FieldTally(space.Schema.Fields[field], new MissingTexts(space.Schema), space.Encoders[field].Profile);
    }

    /// <summary>Counts a value.</summary>
    /// <param name="text">Its text.</param>
    /// <exception cref="EsmmException">Encoding would refuse it; it is not counted.</exception>
    public void Observe(ReadOnlySpan<char> text)
    {
        byte[]? rented = text.Length <= StackBytes / 3 ? null : ArrayPool<byte>.Shared.Rent(checked(text.Length * 3));
        try
        {
            Span<byte> buffer = rented ?? stackalloc byte[StackBytes];
            Utf8.FromUtf16(text, buffer, out _, out int length);
            Observe(buffer[..length]);
        }
        finally
        {
            if (rented is not null)
            {
                ArrayPool<byte>.Shared.Return(rented);
            }
        }
    }

    /// <summary>What was counted.</summary>
    public FieldProfile ToProfile()
    {
        double alike = _repetitions?.OfValues(_values) ?? 1, missingAlike = _repetitions?.OfMissing() ?? 1;
        if (_number is null)
        {
            return new FieldProfile(isCategory: true, _count, _missing, _values.Level, _values.Counts(), _values.Shapes(FieldProfile.MostShapes), range: null) { Runs = _values.Runs(), Heavy = _values.Heavy(), RowsAlike = alike, MissingRowsAlike = missingAlike };
        }

        KeyValuePair<ulong, long>[] cells = _numbers.Counts(out int level);
        return new FieldProfile(isCategory: false, _count, _missing, level, cells, [], _moments.Count == 0 ? null : (_moments.Low, _moments.High)) { RowsAlike = alike, MissingRowsAlike = missingAlike };
    }

    internal void Observe(ReadOnlySpan<byte> utf8)
    {
        if (_field.List is null)
        {
            ObserveOne(utf8);
            return;
        }

        BeginRow();
        if (_missingTexts.Contains(utf8))
        {
            ObserveOne(utf8);
            _repetitions?.EndRow();
            return;
        }

        for (int end = 0; end >= 0; utf8 = end < 0 ? default : utf8[(end + _separator.Length)..])
        {
            end = utf8.IndexOf(_separator);
            ReadOnlySpan<byte> entry = end < 0 ? utf8 : utf8[..end];
            ObserveOne(_weightSeparator.Length == 0 || _missingTexts.Contains(entry) ? entry : ListEncoder.ReadWeight(_field.Name, entry, _weightSeparator, out _));
        }

        _repetitions?.EndRow();
    }

    /// <summary>Begins the next row of a list; other fields have a value a row.</summary>
    internal void BeginRow() => _row++;

    private void ObserveOne(ReadOnlySpan<byte> utf8)
    {
        Span<byte> scratch = stackalloc byte[CategoryReader.ScratchBytes];
        if (_category is { } reader)
        {
            reader.TryRead(utf8, scratch, out ReadOnlySpan<byte> value, out bool absent);
            Category(value, absent);
        }
        else
        {
            bool present = _number!.TryRead(utf8, out double number);
            Number(number, present);
        }
    }

    /// <summary>Counts a category that was read already.</summary>
    internal void Category(ReadOnlySpan<byte> value, bool absent)
    {
        _count++;
        _row += _field.List is null ? 1 : 0;
        if (absent)
        {
            _missing++;
        }
        else
        {
            ulong hash = _values.Add(value, _row);
            _repetitions?.See(hash);
        }

        if (_field.List is null)
        {
            _repetitions?.EndRow();
        }
    }

    /// <summary>Counts a number that was read already.</summary>
    internal void Number(double number, bool present)
    {
        _count++;
        _row++;
        if (present)
        {
            _moments.Add(number);
            ulong cell = _numbers.Add(number);
            if (_repetitions is not null)
            {
                _repetitions.See(cell);
                _values.Add(MemoryMarshal.AsBytes(new ReadOnlySpan<double>(in number)), _row);
            }
        }
        else
        {
            _missing++;
        }

        _repetitions?.EndRow();
    }
}
