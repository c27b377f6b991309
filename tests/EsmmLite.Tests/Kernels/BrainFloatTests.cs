using EsmmLite.Kernels;

namespace EsmmLite.Tests.Kernels;

public class BrainFloatTests
{
    [Fact]
    public void EveryBrainFloatIsWidenedExactlyAndComesBack()
    {
        for (uint upper = 0; upper <= ushort.MaxValue; upper++)
        {
            float wide = BrainFloat.Widen((ushort)upper);
            Assert.Equal(upper << 16, BitConverter.SingleToUInt32Bits(wide));
            Assert.Equal(wide, BrainFloat.Widen(wide));
            if (!float.IsNaN(wide))
            {
                Assert.Equal(upper, BrainFloat.Narrow(wide));
            }
        }
    }

    [Fact]
    public void AFloatIsNarrowedToTheNearestAndToEvenInTheMiddle()
    {
        // What lies between a brain float and the next one away from zero; all of it is exact in double.
        ushort[] lowers = [0x0001, 0x7FFF, 0x8000, 0x8001, 0xFFFF];
        for (uint upper = 0; upper <= ushort.MaxValue; upper++)
        {
            if ((upper & 0x7F80) == 0x7F80)
            {
                continue;
            }

            double near = Value(upper), far = Value(upper + 1);
            foreach (ushort lower in lowers)
            {
                float value = BitConverter.UInt32BitsToSingle(upper << 16 | lower);
                (double toNear, double toFar) = (Math.Abs(value - near), Math.Abs(far - value));
                bool stays = toNear < toFar || (toNear == toFar && upper % 2 == 0);
                Assert.Equal(stays ? upper : upper + 1, BrainFloat.Narrow(value));
            }
        }
    }

    [Fact]
    public void NotANumberStaysOneAndKeepsItsSign()
    {
        foreach (uint bits in (uint[])[0x7F800001, 0x7FC00000, 0x7FFFFFFF, 0xFF800001, 0xFFC00000, 0xFFFFFFFF, 0x7F80FFFF, 0xFFFF8000])
        {
            ushort brain = BrainFloat.Narrow(BitConverter.UInt32BitsToSingle(bits));
            Assert.True(float.IsNaN(BrainFloat.Widen(brain)), $"{bits:X8}");
            Assert.Equal(bits >> 31, (uint)brain >> 15);
        }
    }

    [Fact]
    public void TheRelativeErrorOfANormalValueIsAtMostOneIn257()
    {
        // All floats from 1 to 2: at other exponents the same mantissas are rounded the same way.
        double worst = 0;
        for (uint mantissa = 0; mantissa < 1 << 23; mantissa++)
        {
            float value = BitConverter.UInt32BitsToSingle(0x3F800000 | mantissa);
            worst = Math.Max(worst, Math.Abs(BrainFloat.Widen(BrainFloat.Narrow(value)) - (double)value) / value);
        }

        Assert.Equal(1.0 / 257, worst);
    }

    [Fact]
    public void TheAbsoluteErrorOfASubnormalValueIsAtMost2ToTheMinus134()
    {
        double worst = 0;
        for (uint mantissa = 0; mantissa < 1 << 23; mantissa++)
        {
            float value = BitConverter.UInt32BitsToSingle(mantissa);
            worst = Math.Max(worst, Math.Abs(BrainFloat.Widen(BrainFloat.Narrow(value)) - (double)value));
        }

        Assert.Equal(Math.ScaleB(1, -134), worst);
    }

    [Fact]
    public void ASpanIsNarrowedUpToTheFirstValueThatDoesNotFit()
    {
        // Half-way between the largest brain float and the next power of two: the first float that becomes infinite, and the last that does not.
        float first = BitConverter.UInt32BitsToSingle(0x7F7F8000), last = BitConverter.UInt32BitsToSingle(0x7F7F7FFF);
        ushort[] got = new ushort[3];
        Assert.Equal(-1, BrainFloat.Narrow([1f, last, -last], got));
        Assert.Equal([0x3F80, 0x7F7F, 0xFF7F], got);
        Assert.Equal(1, BrainFloat.Narrow([1f, -first, first], got));
        Assert.Equal(2, BrainFloat.Narrow([1f, 2f, float.NaN], got));
        Assert.Throws<ArgumentException>("destination", () => BrainFloat.Narrow([1f, 2f], new ushort[1]));
    }

    /// <summary>What a brain float stands for, from its fields; beyond the largest the scale goes on, since that is how overflow rounds.</summary>
    private static double Value(uint brain)
    {
        int exponent = (int)(brain >> 7 & 0xFF), mantissa = (int)(brain & 0x7F);
        double size = exponent == 0 ? Math.ScaleB(mantissa, -133) : Math.ScaleB(128 + mantissa, exponent - 134);
        return brain >> 15 == 0 ? size : -size;
    }
}
