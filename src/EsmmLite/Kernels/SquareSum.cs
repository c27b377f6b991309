namespace EsmmLite.Kernels;

/// <summary>Sums of products in double, in eight lanes and a fixed tree: for norms, where a float could overflow.</summary>
internal static class SquareSum
{
    /// <summary>Sum of x[i] · y[i]: lane i mod 8, then lanes 0+4, 1+5, ..., then 0+2, 1+3, then 0+1.</summary>
    internal static double Dot(ReadOnlySpan<float> x, ReadOnlySpan<float> y)
    {
        Check.SameLength(x.Length, y.Length, nameof(x), nameof(y));
        double a = 0, b = 0, c = 0, d = 0, e = 0, f = 0, g = 0, h = 0;
        int i = 0;
        for (; i <= x.Length - 8; i += 8)
        {
            ReadOnlySpan<float> u = x.Slice(i, 8), v = y.Slice(i, 8);
            a += (double)u[0] * v[0];
            b += (double)u[1] * v[1];
            c += (double)u[2] * v[2];
            d += (double)u[3] * v[3];
            e += (double)u[4] * v[4];
            f += (double)u[5] * v[5];
            g += (double)u[6] * v[6];
            h += (double)u[7] * v[7];
        }

        Span<double> lanes = [a, b, c, d, e, f, g, h];
        for (int lane = 0; i < x.Length; i++, lane++)
        {
            lanes[lane] += (double)x[i] * y[i];
        }

        return ((lanes[0] + lanes[4]) + (lanes[2] + lanes[6])) + ((lanes[1] + lanes[5]) + (lanes[3] + lanes[7]));
    }

    /// <summary>Sum of squares, in the same order.</summary>
    internal static double Of(ReadOnlySpan<float> x) => Dot(x, x);
}
