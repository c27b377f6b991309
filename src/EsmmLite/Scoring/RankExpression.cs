using System.Diagnostics.CodeAnalysis;
using EsmmLite.Diagnostics;
using EsmmLite.Features;
using EsmmLite.Kernels;

namespace EsmmLite.Scoring;

/// <summary>
/// A rank score that was written as text, such as <c>pctr ^ 0.7 * range(pcvr, 0.5, 2, 0.01) * min(bid, 20)</c>: read once, then computed
/// for any number of candidates. Immutable, and shared by any number of threads. docs/ranking.md has the language.
/// </summary>
/// <remarks>Powers and logarithms are <see cref="ExactMath"/>'s, so a score has the same bits on every machine. Nothing is allocated to compute one.</remarks>
public sealed class RankExpression
{
    private readonly RankStep[] _steps;
    private readonly string[] _columns;
    private readonly int _depth;

    internal RankExpression(string text, RankStep[] steps, string[] columns)
    {
        (Text, _steps, _columns) = (text, steps, columns);
        int height = 0;
        foreach (RankStep step in steps)
        {
            height += 1 - step.Operands;
            _depth = Math.Max(_depth, height);
        }
    }

    /// <summary>The text that it was read from.</summary>
    public string Text { get; }

    /// <summary>The names that are no prediction, in the order of their first use: columns whose values the caller gives.</summary>
    public IReadOnlyList<string> Columns => _columns;

    /// <summary>Reads an expression.</summary>
    /// <param name="text">The text.</param>
    /// <exception cref="EsmmException">It is none; the message has the character and what was expected there.</exception>
    public static RankExpression Parse(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        return new RankExpressionParser(text).Parse();
    }

    /// <summary>The same expression with a number in the place of a column: an exponent that is tuned, say.</summary>
    /// <param name="column">One of <see cref="Columns"/>.</param>
    /// <param name="value">The number, finite.</param>
    /// <exception cref="EsmmException">There is no such column in it, or the number is not finite.</exception>
    public RankExpression With(string column, double value)
    {
        int gone = Array.IndexOf(_columns, column);
        if (gone < 0)
        {
            throw new EsmmException(EsmmErrorKind.Usage, "the rank score has no name " + ErrorText.Quote(column), null, _columns.Length == 0 ? "none, it names predictions only" : "one of " + ErrorText.List(_columns), ErrorText.DidYouMean(column, _columns));
        }

        if (!double.IsFinite(value))
        {
            throw new EsmmException(EsmmErrorKind.Usage, ErrorText.Quote(column) + " is " + NumberReader.Describe(value), "rank score", "a finite number");
        }

        RankStep[] steps = [.. _steps.Select(step => step.Operation != RankOperation.Column || step.Column < gone ? step
            : step.Column > gone ? step with { Column = step.Column - 1 }
            : step with { Operation = RankOperation.Number, Value = value, Column = 0 })];
        return new RankExpression(Text, steps, [.. _columns.Where(name => name != column)]);
    }

    /// <summary>The score as something to rank by.</summary>
    /// <param name="columns">The columns' values, candidate by candidate. [candidates x <see cref="Columns"/>]</param>
    public ByExpression By(ReadOnlySpan<double> columns = default) => new(this, columns);

    /// <summary>The score of one candidate.</summary>
    /// <param name="prediction">What the model says of it.</param>
    /// <param name="columns">The columns' values. [<see cref="Columns"/>]</param>
    /// <exception cref="EsmmException">There are not as many values as columns; or a step has no finite result, even if a later one would hide it.</exception>
    public double Evaluate(in Prediction prediction, ReadOnlySpan<double> columns)
    {
        if (columns.Length != _columns.Length)
        {
            throw WrongColumns(columns.Length);
        }

        Span<double> stack = stackalloc double[_depth];
        int top = -1;
        foreach (ref readonly RankStep step in _steps.AsSpan())
        {
            top += 1 - step.Operands;
            double x = stack[top];
            double result = step.Operation switch
            {
                RankOperation.Number => step.Value,
                RankOperation.PCtr => prediction.PCtr,
                RankOperation.PCvr => prediction.PCvr,
                RankOperation.PCtcvr => prediction.PCtcvr,
                RankOperation.Column => columns[step.Column],
                RankOperation.Add => x + stack[top + 1],
                RankOperation.Subtract => x - stack[top + 1],
                RankOperation.Multiply => x * stack[top + 1],
                RankOperation.Divide => x / stack[top + 1],
                RankOperation.Power => RankArithmetic.Power(x, stack[top + 1]),
                RankOperation.Negate => -x,
                RankOperation.Min => Math.Min(x, stack[top + 1]),
                RankOperation.Max => Math.Max(x, stack[top + 1]),
                RankOperation.Log => ExactMath.Log(x),
                RankOperation.Exp => ExactMath.Exp(x),
                RankOperation.Clamp => RankArithmetic.Clamp(x, stack[top + 1], stack[top + 2]),
                RankOperation.Range => RankArithmetic.Range(x, stack[top + 1], stack[top + 2]),
                _ => RankArithmetic.Range(x, stack[top + 1], stack[top + 2], stack[top + 3]),
            };
            if (!double.IsFinite(result))
            {
                throw NotFinite(step, result, stack.Slice(top, step.Operands));
            }

            stack[top] = result;
        }

        return stack[0];
    }

    /// <inheritdoc/>
    public override string ToString() => Text;

    private EsmmException WrongColumns(int given) =>
        new(EsmmErrorKind.Usage, $"the rank score got {given} values", null, _columns.Length == 0 ? "none, it names predictions only" : $"{_columns.Length}, one for each of {ErrorText.List(_columns)}");

    private EsmmException NotFinite(RankStep step, double result, ReadOnlySpan<double> operands)
    {
        if (step.Operation is RankOperation.Clamp or RankOperation.Range or RankOperation.MiddleRange)
        {
            string name = step.Operation == RankOperation.Clamp ? "clamp" : "range";
            if (operands[1] > operands[2])
            {
                return new EsmmException(EsmmErrorKind.Data, $"{name} has the bounds {NumberReader.Describe(operands[1])} and {NumberReader.Describe(operands[2])}", RankExpressionParser.Place(step.Character), "the lower one first");
            }

            if (operands.Length == 4 && operands[3] <= 0)
            {
                return new EsmmException(EsmmErrorKind.Data, $"{name} has the middle {NumberReader.Describe(operands[3])}", RankExpressionParser.Place(step.Character), "more than 0");
            }
        }

        string what = step.Operation switch
        {
            RankOperation.Column => "the column " + ErrorText.Quote(_columns[step.Column]) + " is " + NumberReader.Describe(result),
            <= RankOperation.PCtcvr => "a prediction is " + NumberReader.Describe(result),
            _ => $"{step.Operation.ToString().Replace("Middle", "", StringComparison.Ordinal).ToLowerInvariant()} of {string.Join(" and ", operands.ToArray().Select(NumberReader.Describe))} is {NumberReader.Describe(result)}",
        };
        return new EsmmException(EsmmErrorKind.Data, what, RankExpressionParser.Place(step.Character), "a finite number", "Bound what may get out of hand: max(x, 1) under a division, clamp(x, low, high) elsewhere.");
    }
}

/// <summary>Ranks by an expression: <see cref="RankExpression.By"/>.</summary>
[SuppressMessage("Performance", "CA1815:Override equals and operator equals on value types", Justification = "Expressions are not compared.")]
public readonly ref struct ByExpression : IRankScore
{
    private readonly RankExpression _expression;
    private readonly ReadOnlySpan<double> _columns;

    internal ByExpression(RankExpression expression, ReadOnlySpan<double> columns)
    {
        _expression = expression;
        _columns = columns;
    }

    /// <inheritdoc/>
    public double Of(in Prediction prediction, int candidate)
    {
        if (_expression is null)
        {
            throw new EsmmException(EsmmErrorKind.Usage, "the score has no expression", nameof(ByExpression), "one made by RankExpression.By");
        }

        int width = _expression.Columns.Count;
        if (_columns.Length < (candidate + 1L) * width)
        {
            throw new EsmmException(EsmmErrorKind.Usage, $"there are {_columns.Length} values", $"candidate {candidate}", $"{width} for each candidate");
        }

        try
        {
            return _expression.Evaluate(in prediction, _columns.Slice(candidate * width, width));
        }
        catch (EsmmException fault)
        {
            throw new EsmmException(fault.Kind, fault.What, $"candidate {candidate}, {fault.Where}", fault.Expected, fault.Hint, fault);
        }
    }
}
