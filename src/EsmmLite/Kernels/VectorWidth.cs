using System.Runtime.Intrinsics;

namespace EsmmLite.Kernels;

/// <summary>The width of the vectors that the kernels use on this machine. It decides speed, never a bit of a result.</summary>
public static class VectorWidth
{
    /// <summary>512, 256 or 128 bits.</summary>
    public static int Bits => Vector512.IsHardwareAccelerated ? 512 : Vector256.IsHardwareAccelerated ? 256 : 128;
}
