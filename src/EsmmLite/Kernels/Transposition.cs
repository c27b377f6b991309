using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace EsmmLite.Kernels;

/// <summary>Transposes blocks of 32 x 32 floats, the unit of packed weights.</summary>
internal static class Transposition
{
    private const int Width = MatrixProduct.PanelWidth;

    /// <summary>destination[n, k] = source[k, n] for the first rows k and columns n; both have rows of 32 floats.</summary>
    internal static void Block(ReadOnlySpan<float> source, int rows, int columns, Span<float> destination)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(rows);
        ArgumentOutOfRangeException.ThrowIfNegative(columns);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(rows, Width);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(columns, Width);
        Check.AtLeast(source.Length, rows * Width, nameof(source));
        Check.AtLeast(destination.Length, columns * Width, nameof(destination));
        Check.NoOverlap<float>(source, destination, nameof(source));
        ref float from = ref MemoryMarshal.GetReference(source);
        ref float to = ref MemoryMarshal.GetReference(destination);
        int wholeRows = rows / 4 * 4, wholeColumns = columns / 4 * 4;
        for (int k = 0; k < wholeRows; k += 4)
        {
            for (int n = 0; n < wholeColumns; n += 4)
            {
                FourByFour(ref Unsafe.Add(ref from, (k * Width) + n), ref Unsafe.Add(ref to, (n * Width) + k));
            }
        }

        for (int k = 0; k < rows; k++)
        {
            for (int n = k < wholeRows ? wholeColumns : 0; n < columns; n++)
            {
                Unsafe.Add(ref to, (n * Width) + k) = Unsafe.Add(ref from, (k * Width) + n);
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void FourByFour(ref float from, ref float to)
    {
        // Pairs of rows are interleaved, then pairs of pairs.
        Vector128<float> a = Vector128.LoadUnsafe(ref from), b = Vector128.LoadUnsafe(ref from, Width);
        Vector128<float> c = Vector128.LoadUnsafe(ref from, 2 * Width), d = Vector128.LoadUnsafe(ref from, 3 * Width);
        Vector128<float> low0 = InterleaveLow(a, b), low1 = InterleaveLow(c, d);
        Vector128<float> high0 = InterleaveHigh(a, b), high1 = InterleaveHigh(c, d);
        LowerHalves(low0, low1).StoreUnsafe(ref to);
        UpperHalves(low0, low1).StoreUnsafe(ref to, Width);
        LowerHalves(high0, high1).StoreUnsafe(ref to, 2 * Width);
        UpperHalves(high0, high1).StoreUnsafe(ref to, 3 * Width);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector128<float> LowerHalves(Vector128<float> x, Vector128<float> y) =>
        Vector128.ConditionalSelect(Vector128.Create(-1, -1, 0, 0).AsSingle(), x, Vector128.Shuffle(y, Vector128.Create(0, 1, 0, 1)));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector128<float> UpperHalves(Vector128<float> x, Vector128<float> y) =>
        Vector128.ConditionalSelect(Vector128.Create(-1, -1, 0, 0).AsSingle(), Vector128.Shuffle(x, Vector128.Create(2, 3, 2, 3)), y);

    /// <summary>(x0, y0, x1, y1).</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector128<float> InterleaveLow(Vector128<float> x, Vector128<float> y) =>
        Vector128.ConditionalSelect(Vector128.Create(-1, 0, -1, 0).AsSingle(), Vector128.Shuffle(x, Vector128.Create(0, 0, 1, 1)), Vector128.Shuffle(y, Vector128.Create(0, 0, 1, 1)));

    /// <summary>(x2, y2, x3, y3).</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector128<float> InterleaveHigh(Vector128<float> x, Vector128<float> y) =>
        Vector128.ConditionalSelect(Vector128.Create(-1, 0, -1, 0).AsSingle(), Vector128.Shuffle(x, Vector128.Create(2, 2, 3, 3)), Vector128.Shuffle(y, Vector128.Create(2, 2, 3, 3)));
}
