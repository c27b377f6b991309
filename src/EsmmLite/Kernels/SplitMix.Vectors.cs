using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace EsmmLite.Kernels;

// Four draws at a time: the state is a counter, so each follows from its place alone.
public partial struct SplitMix
{
    /// <summary>What four calls of <see cref="NextUInt64"/> give, in their order.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal Vector256<ulong> NextFour()
    {
        Vector256<ulong> z = Vector256.Create(_state) + Vector256.Create(Step, unchecked(2 * Step), unchecked(3 * Step), unchecked(4 * Step));
        _state += unchecked(4 * Step);
        z = (z ^ (z >>> 30)) * Vector256.Create(0xBF58476D1CE4E5B9);
        z = (z ^ (z >>> 27)) * Vector256.Create(0x94D049BB133111EB);
        return z ^ (z >>> 31);
    }
}
