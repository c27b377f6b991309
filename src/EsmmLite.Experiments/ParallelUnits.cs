using System.Collections.Concurrent;
using System.Runtime.ExceptionServices;

namespace EsmmLite.Experiments;

/// <summary>Units of work that are few and long, several at a time.</summary>
internal static class ParallelUnits
{
    /// <summary>Works on all units; of several faults one is thrown, as it was.</summary>
    /// <param name="units">The units.</param>
    /// <param name="threads">How many at a time.</param>
    /// <param name="token">Stops before the next unit.</param>
    /// <param name="work">What is done with each.</param>
    internal static void Each<T>(IEnumerable<T> units, int threads, CancellationToken token, Action<T> work)
    {
        try
        {
            // One by one, not in ranges: the units are few and long.
            Parallel.ForEach(Partitioner.Create(units, EnumerablePartitionerOptions.NoBuffering), new ParallelOptions { MaxDegreeOfParallelism = threads, CancellationToken = token }, work);
        }
        catch (AggregateException faults)
        {
            ExceptionDispatchInfo.Throw(faults.Flatten().InnerExceptions.FirstOrDefault(e => e is not OperationCanceledException) ?? faults.InnerExceptions[0]);
        }
    }
}
