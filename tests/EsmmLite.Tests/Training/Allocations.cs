using System.Runtime.CompilerServices;

namespace EsmmLite.Tests.Training;

/// <summary>Counts what the whole process allocates: for tests of the collection "Alone".</summary>
internal static class Allocations
{
    /// <summary>The least of several attempts: the test runner's own threads may allocate in between, what is measured would in every one.</summary>
    internal static void RequireNone(Action action, int times, ITestOutputHelper output)
    {
        Repeat(action, 200);
        long least = long.MaxValue;
        for (int attempt = 0; attempt < 20 && least != 0; attempt++)
        {
            Thread.Sleep(20);
            long empty = GC.GetTotalAllocatedBytes(true);
            empty = GC.GetTotalAllocatedBytes(true) - empty;
            long before = GC.GetTotalAllocatedBytes(true);
            Repeat(action, times);
            long delta = GC.GetTotalAllocatedBytes(true) - before;
            output.WriteLine($"allocated by {times} calls: {delta} bytes; by none {empty}");
            least = Math.Min(least, delta);
        }

        Assert.Equal(0, least);
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static void Repeat(Action action, int times)
    {
        for (int i = 0; i < times; i++)
        {
            action();
        }
    }
}
