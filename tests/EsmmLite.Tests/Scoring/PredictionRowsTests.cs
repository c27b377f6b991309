using EsmmLite.Kernels;
using EsmmLite.Layers;
using EsmmLite.Scoring;

namespace EsmmLite.Tests.Scoring;

/// <summary>Predictions of many rows have the bits of one row's.</summary>
public class PredictionRowsTests
{
    [Fact]
    public void FourRowsAtATimeHaveTheBitsOfOne()
    {
        var random = new SplitMix(1);
        float[] special = [0f, -0f, float.Epsilon, -1e-30f, 1f, -1f, 708f, -708f, 745.13f, -745.14f, 750f, -750f, float.MaxValue, float.MinValue, float.PositiveInfinity, float.NegativeInfinity];
        const int Rows = 20_003;
        float[] a = new float[Rows], b = new float[Rows];
        for (int r = 0; r < Rows; r++)
        {
            a[r] = r < special.Length * special.Length ? special[r / special.Length] : Draw(r);
            b[r] = r < special.Length * special.Length ? special[r % special.Length] : Draw(r + 1);
        }

        var got = new Prediction[Rows];
        PredictionRows.Fill(a, b, got);
        for (int r = 0; r < Rows; r++)
        {
            SigmoidProduct.Predict(a[r], b[r], out double p, out double q, out double t);
            Prediction expected = new((float)p, (float)q, (float)t);
            Assert.True(Bits(expected) == Bits(got[r]), $"row {r}, logits {a[r]:R} and {b[r]:R}: {got[r]} instead of {expected}");
        }

        float Draw(int r) => (2f * random.NextSingle() - 1f) * (r % 3) switch { 0 => 5f, 1 => 40f, _ => 760f };
    }

    private static (int, int, int) Bits(Prediction p) => (BitConverter.SingleToInt32Bits(p.PCtr), BitConverter.SingleToInt32Bits(p.PCvr), BitConverter.SingleToInt32Bits(p.PCtcvr));
}
