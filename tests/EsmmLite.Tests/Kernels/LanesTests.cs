using System.Runtime.Intrinsics;
using EsmmLite.Kernels;

namespace EsmmLite.Tests.Kernels;

/// <summary>The operations of every vector width against the scalar ones.</summary>
public class LanesTests
{
    [Fact]
    public void EveryOperationOfEveryWidthIsTheScalarOne()
    {
        CheckLanes<Vector128<float>, Lanes128>();
        CheckLanes<Vector256<float>, Lanes256>();
        CheckLanes<Vector512<float>, Lanes512>();
    }

    private static void CheckLanes<V, L>()
        where V : struct
        where L : struct, ILanes<V>
    {
        float[] values = [.. FloatBits.Special, .. FloatBits.Random(6, 12)];
        float[] got = new float[L.Count + 2];
        void Check(V result, Func<float, float> formula, float[] inputs, string operation)
        {
            Array.Fill(got, FloatBits.Guard);
            L.Store(result, ref got[1]);
            Assert.Equal(FloatBits.Guard, got[0]);
            Assert.Equal(FloatBits.Guard, got[^1]);
            for (int lane = 0; lane < L.Count; lane++)
            {
                Assert.True(FloatBits.Same(formula(inputs[lane]), got[lane + 1]), $"{typeof(L).Name}.{operation}, {inputs[lane]:R}: {got[lane + 1]:R}");
            }
        }

        for (int shift = 0; shift < values.Length; shift++)
        {
            float[] a = [.. Enumerable.Range(0, L.Count).Select(lane => values[(lane + shift) % values.Length])];
            V va = L.Load(ref a[0]);
            Check(va, x => x, a, "Load");
            ushort[] halves = Array.ConvertAll(a, x => (ushort)(BitConverter.SingleToUInt32Bits(x) >> 16));
            Check(L.LoadBrain(ref halves[0]), x => BitConverter.UInt32BitsToSingle(BitConverter.SingleToUInt32Bits(x) & 0xFFFF0000), a, "LoadBrain");
            Check(L.LowerBrains(va), x => BitConverter.UInt32BitsToSingle(BitConverter.SingleToUInt32Bits(x) << 16), a, "LowerBrains");
            Check(L.UpperBrains(va), x => BitConverter.UInt32BitsToSingle(BitConverter.SingleToUInt32Bits(x) & 0xFFFF0000), a, "UpperBrains");
            Check(L.Sqrt(va), MathF.Sqrt, a, "Sqrt");
            Check(L.Relu(va), x => x <= 0 ? 0 : x, a, "Relu");
            foreach (float b in values)
            {
                V vb = L.Broadcast(b);
                Check(vb, _ => b, a, "Broadcast");
                Check(L.Add(va, vb), x => x + b, a, "Add");
                Check(L.Multiply(va, vb), x => x * b, a, "Multiply");
                Check(L.Divide(va, vb), x => x / b, a, "Divide");
                Check(L.Divide(vb, va), x => b / x, a, "Divide");
                Check(L.WherePositive(va, vb), x => x > 0 ? b : 0, a, "WherePositive");
                Check(L.ZeroBelow(va, vb), x => MathF.Abs(x) < b ? 0 : x, a, "ZeroBelow");
                foreach (float c in values)
                {
                    Check(L.FusedMultiplyAdd(va, vb, L.Broadcast(c)), x => MathF.FusedMultiplyAdd(x, b, c), a, "FusedMultiplyAdd");
                }
            }
        }
    }

    [Fact]
    public void ALimitHoldsOnlyIfItHoldsInEveryLane()
    {
        CheckLimit<Vector128<float>, Lanes128>();
        CheckLimit<Vector256<float>, Lanes256>();
        CheckLimit<Vector512<float>, Lanes512>();
    }

    private static void CheckLimit<V, L>()
        where V : struct
        where L : struct, ILanes<V>
    {
        float[] values = [.. FloatBits.Special, 0.5f, 1f, -1f, MathF.BitDecrement(1f), MathF.BitIncrement(-1f)];
        foreach (float limit in values)
        {
            foreach (float value in values)
            {
                for (int lane = 0; lane < L.Count; lane++)
                {
                    float[] a = new float[L.Count];
                    a[lane] = value;
                    Assert.Equal(Array.TrueForAll(a, x => MathF.Abs(x) < limit), L.AllMagnitudesBelow(L.Load(ref a[0]), L.Broadcast(limit)));
                }
            }
        }
    }
}
