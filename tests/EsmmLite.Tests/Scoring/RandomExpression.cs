using System.Globalization;
using EsmmLite.Kernels;
using EsmmLite.Scoring;

namespace EsmmLite.Tests.Scoring;

/// <summary>
/// A random expression as a tree that computes itself in double with the runtime's functions, along with a bound of what rounding may
/// have done to it: nothing of the parser or of the program is used.
/// </summary>
internal sealed class RandomExpression
{
    public static readonly string[] Columns = ["bid", "my price", "x_1"];

    private const double Unit = 2.220446049250313e-16;

    private readonly Func<Prediction, double[], (double Value, double Error)> _compute;

    private RandomExpression(string text, Func<Prediction, double[], (double Value, double Error)> compute) => (Text, _compute) = (text, compute);

    public string Text { get; }

    public (double Value, double Error) Compute(Prediction prediction, double[] columns) => _compute(prediction, columns);

    public static RandomExpression Draw(ref SplitMix random, int depth)
    {
        if (depth == 0 || random.NextBelow(6) == 0)
        {
            return Leaf(ref random);
        }

        RandomExpression a = Draw(ref random, depth - 1), b = Draw(ref random, depth - 1);
        return random.NextBelow(10) switch
        {
            0 => Two("({0} + {1})", a, b, (x, y) => x + y, (_, _, ex, ey) => ex + ey),
            1 => Two("({0}-{1})", a, b, (x, y) => x - y, (_, _, ex, ey) => ex + ey),
            2 or 3 => Two("{0} * {1}", Bracketed(a), Bracketed(b), (x, y) => x * y, (x, y, ex, ey) => (Math.Abs(x) * ey) + (Math.Abs(y) * ex) + (ex * ey)),
            4 => Two("({0}) / ({1})", a, b, (x, y) => x / y, (x, y, ex, ey) => ey < Math.Abs(y) / 2 ? (ex + (Math.Abs(x / y) * ey)) / (Math.Abs(y) - ey) : double.PositiveInfinity),
            5 => PowerOf(a, random.NextBelow(2) == 0 ? random.NextBelow(5) : Math.Round(3 * random.NextSingle(), 3)),
            6 => Two("min({0}, {1})", a, b, Math.Min, (_, _, ex, ey) => Math.Max(ex, ey)),
            7 => Two("max({0},{1})", a, b, Math.Max, (_, _, ex, ey) => Math.Max(ex, ey)),
            8 => Bounded("clamp({0}, -1, 1.5)", a, x => x < -1 ? -1 : x > 1.5 ? 1.5 : x, 1),
            _ => random.NextBelow(2) == 0
                ? Bounded("range({0}, 0.5, 2)", a, x => x < 0 ? 0.5 : x > 1 ? 2 : 0.5 + (1.5 * x), 1.5)
                : Bounded("range({0}, 0.5, 2, 0.25)", a, x => x < 0 ? 0.5 : 0.5 + (1.5 * x / (x + 0.25)), 6),
        };
    }

    private static RandomExpression Leaf(ref SplitMix random)
    {
        uint which = random.NextBelow(8);
        double number = Math.Round(4 * random.NextSingle(), 3);
        return which switch
        {
            0 => new RandomExpression("pctr", (p, _) => (p.PCtr, 0)),
            1 => new RandomExpression("pcvr", (p, _) => (p.PCvr, 0)),
            2 => new RandomExpression("pctcvr", (p, _) => (p.PCtcvr, 0)),
            3 => new RandomExpression("bid", (_, c) => (c[0], 0)),
            4 => new RandomExpression("[my price]", (_, c) => (c[1], 0)),
            5 => new RandomExpression("x_1", (_, c) => (c[2], 0)),
            6 => new RandomExpression("(-" + number.ToString("R", CultureInfo.InvariantCulture) + ")", (_, _) => (-number, 0)),
            _ => new RandomExpression(number.ToString("R", CultureInfo.InvariantCulture), (_, _) => (number, 0)),
        };
    }

    private static RandomExpression Bracketed(RandomExpression inner) => new("(" + inner.Text + ")", inner._compute);

    private static RandomExpression Two(string form, RandomExpression a, RandomExpression b, Func<double, double, double> of, Func<double, double, double, double, double> error) =>
        new(string.Format(CultureInfo.InvariantCulture, form, a.Text, b.Text), (p, c) =>
        {
            (double x, double ex) = a._compute(p, c);
            (double y, double ey) = b._compute(p, c);
            double value = of(x, y);
            return (value, error(x, y, ex, ey) + (2 * Unit * Math.Abs(value)));
        });

    private static RandomExpression Bounded(string form, RandomExpression a, Func<double, double> of, double steepest) =>
        new(string.Format(CultureInfo.InvariantCulture, form, a.Text), (p, c) =>
        {
            (double x, double ex) = a._compute(p, c);
            return (of(x), double.IsFinite(x) ? (steepest * ex) + (16 * Unit) : double.NaN);
        });

    /// <summary>A power of |a| + 0.01, whose derivative is finite.</summary>
    private static RandomExpression PowerOf(RandomExpression a, double y) =>
        new(string.Format(CultureInfo.InvariantCulture, "(max({0}, 0) + 0.01) ^ {1}", a.Text, y.ToString("R", CultureInfo.InvariantCulture)), (p, c) =>
        {
            (double x, double ex) = a._compute(p, c);
            double at = Math.Max(x, 0) + 0.01, value = Math.Pow(at, y);
            double relative = Math.Min(ex / 0.01, ex) / at; // of the base
            double growth = ex < at / 2 ? 2 * y * relative * Math.Pow(1.5, y) : double.PositiveInfinity;
            return (value, double.IsFinite(x) ? value * (growth + (Unit * (16 + (8 * Math.Abs(y * Math.Log(at)))))) : double.NaN);
        });
}
