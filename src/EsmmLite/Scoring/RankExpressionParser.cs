using System.Globalization;
using EsmmLite.Diagnostics;

namespace EsmmLite.Scoring;

/// <summary>
/// Reads a rank score by recursive descent, one method a level of the grammar, and writes its steps in postfix order.
/// <code>
/// sum     = product { ("+" | "-") product }
/// product = sign { ("*" | "/") sign }
/// sign    = "-" sign | power
/// power   = item [ "^" sign ]              a ^ b ^ c is a ^ (b ^ c), -a ^ b is -(a ^ b)
/// item    = number | name | "[" column "]" | function "(" sum { "," sum } ")" | "(" sum ")"
/// </code>
/// </summary>
internal sealed class RankExpressionParser(string text)
{
    private const int DeepestNesting = 64;
    private const int LongestText = 4096;

    private static readonly string[] Predictions = ["pctr", "pcvr", "pctcvr"];

    private static readonly (string Name, int Least, int Most)[] Functions =
        [("min", 2, int.MaxValue), ("max", 2, int.MaxValue), ("clamp", 3, 3), ("range", 3, 4), ("log", 1, 1), ("exp", 1, 1)];

    private readonly List<RankStep> _steps = [];
    private readonly List<string> _columns = [];
    private int _at;
    private int _nesting;

    public static string Place(int character) => "rank score, character " + character.ToString(CultureInfo.InvariantCulture);

    public RankExpression Parse()
    {
        if (text.Length > LongestText)
        {
            throw new EsmmException(EsmmErrorKind.Usage, $"it has {text.Length} characters", "rank score", $"at most {LongestText}");
        }

        Sum();
        Skip();
        return _at == text.Length ? new RankExpression(text, [.. _steps], [.. _columns]) : throw Unexpected("an operator (+ - * / ^) or the end");
    }

    private void Sum()
    {
        Nest();
        Product();
        while (Operator("+-") is { } place)
        {
            char sign = text[place];
            Product();
            Emit(sign == '+' ? RankOperation.Add : RankOperation.Subtract, place);
        }

        _nesting--;
    }

    private void Product()
    {
        Sign();
        while (Operator("*/") is { } place)
        {
            char sign = text[place];
            Sign();
            Emit(sign == '*' ? RankOperation.Multiply : RankOperation.Divide, place);
        }
    }

    private void Sign()
    {
        Nest();
        if (Operator("-") is { } minus)
        {
            Sign();
            Emit(RankOperation.Negate, minus);
        }
        else
        {
            Item();
            if (Operator("^") is { } place)
            {
                Sign();
                Emit(RankOperation.Power, place);
            }
        }

        _nesting--;
    }

    private void Item()
    {
        Skip();
        char next = _at < text.Length ? text[_at] : '\0';
        if (char.IsAsciiDigit(next) || next == '.')
        {
            Number();
        }
        else if (char.IsLetter(next) || next == '_')
        {
            Name();
        }
        else if (next == '[')
        {
            int start = _at, end = text.IndexOf(']', start);
            _at = end < 0 ? text.Length : end + 1;
            Column(end > start + 1 ? text[(start + 1)..end] : throw Unexpected(end < 0 ? "a ] after the name of a column" : "a name between [ and ]"), start);
        }
        else if (Operator("(") is not null)
        {
            Sum();
            Close("an operator or a )");
        }
        else
        {
            throw Unexpected("a number, a name, a function or a (");
        }
    }

    private void Number()
    {
        int start = _at;
        while (_at < text.Length && (char.IsAsciiLetterOrDigit(text[_at]) || text[_at] == '.' || (text[_at] is '-' or '+' && text[_at - 1] is 'e' or 'E')))
        {
            _at++;
        }

        string digits = text[start.._at];
        if (!double.TryParse(digits, NumberStyles.Float, CultureInfo.InvariantCulture, out double value) || !double.IsFinite(value))
        {
            throw new EsmmException(EsmmErrorKind.Usage, ErrorText.Quote(digits) + " is no finite number", Place(start + 1), "a number such as 0.5 or 1e-3");
        }

        _steps.Add(new RankStep(RankOperation.Number, start + 1, value));
    }

    private void Name()
    {
        int start = _at;
        while (_at < text.Length && (char.IsLetterOrDigit(text[_at]) || text[_at] == '_'))
        {
            _at++;
        }

        string name = text[start.._at];
        if (Operator("(") is not null)
        {
            Call(name, start);
            return;
        }

        RankOperation? prediction = name switch { "pctr" => RankOperation.PCtr, "pcvr" => RankOperation.PCvr, "pctcvr" => RankOperation.PCtcvr, _ => null };
        if (prediction is { } operation)
        {
            Emit(operation, start);
        }
        else if (Predictions.FirstOrDefault(p => p.Equals(name, StringComparison.OrdinalIgnoreCase)) is { } meant)
        {
            // pCTR is how people write it; taken for a column it would only be missing, far from here.
            throw new EsmmException(EsmmErrorKind.Usage, "there is " + ErrorText.Quote(name), Place(start + 1), $"{meant}, or [{name}] for a column of that name");
        }
        else
        {
            Column(name, start);
        }
    }

    private void Column(string name, int start)
    {
        int place = _columns.IndexOf(name);
        if (place < 0)
        {
            place = _columns.Count;
            _columns.Add(name);
        }

        _steps.Add(new RankStep(RankOperation.Column, start + 1, Column: place));
    }

    private void Call(string name, int start)
    {
        (string known, int least, int most) = Functions.FirstOrDefault(f => f.Name == name);
        if (known is null)
        {
            throw new EsmmException(EsmmErrorKind.Usage, "there is no function " + ErrorText.Quote(name), Place(start + 1), string.Join(", ", Functions.Select(f => f.Name)), ErrorText.DidYouMean(name, Functions.Select(f => f.Name)));
        }

        int count = 0;
        do
        {
            Sum();
            count++;
            if (count > 1 && name is "min" or "max")
            {
                Emit(name == "min" ? RankOperation.Min : RankOperation.Max, start);
            }
        }
        while (Operator(",") is not null);
        Close("an operator, a comma or a )");
        if (count < least || count > most)
        {
            throw new EsmmException(EsmmErrorKind.Usage, $"{name} has {count} argument{(count == 1 ? "" : "s")}", Place(start + 1), name switch
            {
                "clamp" => "clamp(x, low, high)",
                "range" => "range(x, low, high) or range(x, low, high, middle)",
                "min" or "max" => $"{name} of two or more",
                _ => $"{name} of one",
            });
        }

        switch (name)
        {
            case "clamp":
                RequireOrder(name, start, 1);
                Emit(RankOperation.Clamp, start);
                break;
            case "range":
                RequireOrder(name, start, count == 3 ? 1 : 2);
                if (count == 4 && _steps[^1] is { Operation: RankOperation.Number, Value: <= 0 and var middle })
                {
                    throw new EsmmException(EsmmErrorKind.Usage, FormattableString.Invariant($"range has the middle {middle}"), Place(start + 1), "more than 0");
                }

                Emit(count == 3 ? RankOperation.Range : RankOperation.MiddleRange, start);
                break;
            case "log" or "exp":
                Emit(name == "log" ? RankOperation.Log : RankOperation.Exp, start);
                break;
        }
    }

    /// <summary>Bounds that are numbers as they stand are looked at here; others when a score is computed.</summary>
    private void RequireOrder(string name, int start, int fromEnd)
    {
        RankStep high = _steps[^fromEnd], low = _steps[^(fromEnd + 1)];
        if (high.Operation == RankOperation.Number && low.Operation == RankOperation.Number && (fromEnd == 1 || _steps[^1].Operands == 0) && low.Value > high.Value)
        {
            throw new EsmmException(EsmmErrorKind.Usage, FormattableString.Invariant($"{name} has the bounds {low.Value} and {high.Value}"), Place(start + 1), "the lower one first");
        }
    }

    private void Close(string expected)
    {
        if (Operator(")") is null)
        {
            throw Unexpected(expected);
        }
    }

    private int? Operator(string signs)
    {
        Skip();
        return _at < text.Length && signs.Contains(text[_at]) ? _at++ : null;
    }

    private void Skip()
    {
        while (_at < text.Length && char.IsWhiteSpace(text[_at]))
        {
            _at++;
        }
    }

    private void Emit(RankOperation operation, int place) => _steps.Add(new RankStep(operation, place + 1));

    private void Nest()
    {
        if (++_nesting > DeepestNesting)
        {
            throw new EsmmException(EsmmErrorKind.Usage, "it is nested too deeply", Place(_at + 1), $"at most {DeepestNesting / 2} parentheses or powers within each other");
        }
    }

    private EsmmException Unexpected(string expected) =>
        new(EsmmErrorKind.Usage, _at < text.Length ? "there is " + ErrorText.Quote(text.AsSpan(_at, 1)) : "it ends", Place(_at + 1), expected);
}
