using EsmmLite.PeerComparison.Speed.Measuring;
using EsmmLite.PeerComparison.Speed.Tasks;

namespace EsmmLite.PeerComparison.Speed.Engines;

/// <summary>One way of doing a kind of task with one engine.</summary>
internal abstract class Contestant
{
    /// <summary>Its id in results, such as <c>esmm</c> or <c>torch-sparse</c>.</summary>
    public abstract string Id { get; }

    /// <summary>How tables name it.</summary>
    public abstract string Label { get; }

    /// <summary>Whether it takes part in a task.</summary>
    public abstract bool Handles(TaskCase task);

    /// <summary>Makes the work ready, a caller for each thread that calls.</summary>
    public abstract IReadOnlyList<Caller> Open(TaskCase task);
}
