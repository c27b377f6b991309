using System.Numerics;

namespace EsmmLite.Tests.Oracle;

/// <summary>
/// A binary floating-point number of as many bits as asked for: mantissa · 2^exponent. The judge of the double-precision functions;
/// slow, and written for clarity. Every operation rounds (toward −infinity) to <see cref="Bits"/> bits.
/// </summary>
public readonly struct BigReal
{
    private readonly BigInteger _mantissa;
    private readonly int _exponent;

    private BigReal(BigInteger mantissa, int exponent, int bits)
    {
        long excess = mantissa.IsZero ? 0 : (long)BigInteger.Abs(mantissa).GetBitLength() - bits;
        (_mantissa, _exponent, Bits) = excess > 0 ? (mantissa >> (int)excess, exponent + (int)excess, bits) : (mantissa, exponent, bits);
    }

    public int Bits { get; }

    public bool IsZero => _mantissa.IsZero;

    /// <summary>The exponent e of 2^e ≤ |x| &lt; 2^(e+1).</summary>
    public int Magnitude => (int)BigInteger.Abs(_mantissa).GetBitLength() - 1 + _exponent;

    /// <summary>The double, exactly.</summary>
    public static BigReal Of(double x, int bits)
    {
        long raw = BitConverter.DoubleToInt64Bits(x);
        int exponent = (int)((raw >> 52) & 0x7FF);
        long fraction = raw & 0xFFFFFFFFFFFFF;
        long mantissa = exponent == 0 ? fraction : fraction | (1L << 52);
        return new BigReal(x < 0 ? -mantissa : mantissa, Math.Max(exponent, 1) - 1075, bits);
    }

    public static BigReal operator +(BigReal x, BigReal y)
    {
        int exponent = Math.Min(x._exponent, y._exponent);
        return new((x._mantissa << (x._exponent - exponent)) + (y._mantissa << (y._exponent - exponent)), exponent, x.Bits);
    }

    public static BigReal operator -(BigReal x) => new(-x._mantissa, x._exponent, x.Bits);

    public static BigReal operator -(BigReal x, BigReal y) => x + -y;

    public static BigReal operator *(BigReal x, BigReal y) => new(x._mantissa * y._mantissa, x._exponent + y._exponent, x.Bits);

    public static BigReal operator /(BigReal x, BigReal y)
    {
        int shift = Math.Max(0, x.Bits + 2 + (int)BigInteger.Abs(y._mantissa).GetBitLength() - (int)BigInteger.Abs(x._mantissa).GetBitLength());
        return new((x._mantissa << shift) / y._mantissa, x._exponent - shift - y._exponent, x.Bits);
    }

    public BigReal TimesPowerOfTwo(int k) => new(_mantissa, _exponent + k, Bits);

    /// <summary>e^x: divide by 2^20, sum Taylor's series, square 20 times (which costs some 20 bits).</summary>
    public static BigReal Exp(BigReal x)
    {
        const int Squarings = 20;
        int k = (int)Math.Round(x.ToDouble() / 0.6931471805599453);
        BigReal one = Of(1, x.Bits);
        BigReal r = (x - (Of(k, x.Bits) * Ln2(x.Bits))).TimesPowerOfTwo(-Squarings);
        BigReal sum = one;
        BigReal term = one;
        for (int n = 1; !term.IsZero && term.Magnitude > -x.Bits; n++)
        {
            term = term * r / Of(n, x.Bits);
            sum += term;
        }

        for (int i = 0; i < Squarings; i++)
        {
            sum *= sum;
        }

        return sum.TimesPowerOfTwo(k);
    }

    /// <summary>ln x by Halley's iteration on e^y = x, which triples the number of right bits.</summary>
    public static BigReal Log(BigReal x)
    {
        // The fraction is brought into [1, 2) first, so that numbers beyond double's range work too.
        int k = x.Magnitude;
        BigReal m = x.TimesPowerOfTwo(-k);
        BigReal y = Of(Math.Log(m.ToDouble()), x.Bits);
        for (int right = 45; right < x.Bits; right *= 3)
        {
            BigReal power = Exp(y);
            y += (m - power).TimesPowerOfTwo(1) / (m + power);
        }

        return y + (Of(k, x.Bits) * Ln2(x.Bits));
    }

    /// <summary>The nearest double, to about one unit in the last place.</summary>
    public double ToDouble()
    {
        int excess = Math.Max(0, (int)BigInteger.Abs(_mantissa).GetBitLength() - 60);
        return Math.ScaleB((double)(_mantissa >> excess), _exponent + excess);
    }

    /// <summary>|got − this| in units of the last place of a double of this size (2^-1074 for subnormals).</summary>
    public double UlpsOff(double got)
        => Math.Abs((Of(got, Bits) - this).TimesPowerOfTwo(-(Math.Max(Magnitude, -1022) - 52)).ToDouble());

    /// <summary>|got − this| / |this|.</summary>
    public double RelativeError(double got) => IsZero ? Math.Abs(got) : Math.Abs(((Of(got, Bits) - this) / this).ToDouble());

    private static readonly Dictionary<int, BigReal> Ln2Cache = [];

    /// <summary>ln 2 = 2 artanh(1/3) = 2 Σ 1 / ((2n + 1) 3^(2n+1)).</summary>
    private static BigReal Ln2(int bits)
    {
        lock (Ln2Cache)
        {
            if (!Ln2Cache.TryGetValue(bits, out BigReal ln2))
            {
                // Integers scaled by 2^(bits + 64), so that the sum's truncations stay out of sight.
                BigInteger power = (BigInteger.One << (bits + 64)) / 3;
                BigInteger sum = 0;
                for (int n = 0; !power.IsZero; n++, power /= 9)
                {
                    sum += power / ((2 * n) + 1);
                }

                ln2 = new BigReal(2 * sum, -(bits + 64), bits + 64);
                Ln2Cache[bits] = ln2;
            }

            return ln2;
        }
    }
}
