using System.Runtime.Intrinsics;

namespace EsmmLite.Kernels;

/// <summary>The sums that moments are made of, in double: the eight lanes and the tree of <see cref="SquareSum"/>, two sums on one way.</summary>
internal static class RowMoments
{
    /// <summary>Sum of x[i] and sum of x[i]².</summary>
    internal static (double Sum, double Squares) Of(ReadOnlySpan<float> x)
    {
        Vector256<double> sumLow = default, sumHigh = default, squareLow = default, squareHigh = default;
        for (int i = 0; i < x.Length; i += 8)
        {
            Vector256<float> eight = SquareSum.Eight(x, i);
            Vector256<double> low = Vector256.WidenLower(eight), high = Vector256.WidenUpper(eight);
            sumLow += low;
            sumHigh += high;
            squareLow += low * low;
            squareHigh += high * high;
        }

        return (SquareSum.Tree(sumLow, sumHigh), SquareSum.Tree(squareLow, squareHigh));
    }

    /// <summary>Sum of d[i] and sum of d[i] n[i].</summary>
    internal static (double Sum, double Product) Of(ReadOnlySpan<float> d, ReadOnlySpan<float> n)
    {
        Check.SameLength(d.Length, n.Length, nameof(d), nameof(n));
        Vector256<double> sumLow = default, sumHigh = default, productLow = default, productHigh = default;
        for (int i = 0; i < d.Length; i += 8)
        {
            Vector256<float> a = SquareSum.Eight(d, i), b = SquareSum.Eight(n, i);
            Vector256<double> low = Vector256.WidenLower(a), high = Vector256.WidenUpper(a);
            sumLow += low;
            sumHigh += high;
            productLow += low * Vector256.WidenLower(b);
            productHigh += high * Vector256.WidenUpper(b);
        }

        return (SquareSum.Tree(sumLow, sumHigh), SquareSum.Tree(productLow, productHigh));
    }
}
