using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using EsmmLite.Kernels;
using EsmmLite.Layers;

namespace EsmmLite.Scoring;

/// <summary><see cref="SigmoidProduct.Predict"/> for many rows: four at a time, and the same bits.</summary>
internal static class PredictionRows
{
    private const int Together = 4;

    /// <summary>Predictions from logits, none of which is NaN.</summary>
    /// <param name="a">CTR logits.</param>
    /// <param name="b">CVR logits.</param>
    /// <param name="destination">As many as it has room for.</param>
    internal static void Fill(ReadOnlySpan<float> a, ReadOnlySpan<float> b, Span<Prediction> destination)
    {
        a = a[..destination.Length];
        b = b[..destination.Length];
        int r = 0;
        if (Vector256.IsHardwareAccelerated)
        {
            for (; r <= destination.Length - Together; r += Together)
            {
                Vector256<double> p = ExactMath.Sigmoid(Widened(a[r..])), q = ExactMath.Sigmoid(Widened(b[r..]));
                Vector128<float> pCtr = Narrowed(p), pCvr = Narrowed(q), pCtcvr = Narrowed(p * q);
                for (int i = 0; i < Together; i++)
                {
                    destination[r + i] = new Prediction(pCtr[i], pCvr[i], pCtcvr[i]);
                }
            }
        }

        for (; r < destination.Length; r++)
        {
            SigmoidProduct.Predict(a[r], b[r], out double p, out double q, out double t);
            destination[r] = new Prediction((float)p, (float)q, (float)t);
        }
    }

    private static Vector256<double> Widened(ReadOnlySpan<float> four) =>
        Vector256.WidenLower(Vector128.LoadUnsafe(ref MemoryMarshal.GetReference(four[..Together])).ToVector256Unsafe());

    private static Vector128<float> Narrowed(Vector256<double> four) => Vector128.Narrow(four.GetLower(), four.GetUpper());
}
