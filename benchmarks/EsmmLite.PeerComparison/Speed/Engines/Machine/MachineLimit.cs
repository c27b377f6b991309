using EsmmLite.PeerComparison.Speed.Measuring;
using EsmmLite.PeerComparison.Speed.Tasks;

namespace EsmmLite.PeerComparison.Speed.Engines.Machine;

/// <summary>What nobody can exceed.</summary>
internal sealed class MachineLimit : Contestant
{
    /// <inheritdoc/>
    public override string Id => "machine";

    /// <inheritdoc/>
    public override string Label => "the machine";

    /// <inheritdoc/>
    public override bool Handles(TaskCase task) => task.Kind is TaskKind.Arithmetic or TaskKind.Reading;

    /// <inheritdoc/>
    public override IReadOnlyList<Caller> Open(TaskCase task) =>
        [.. Enumerable.Range(0, task.Threads).Select(Caller (_) => task.Kind == TaskKind.Arithmetic ? new FusedMultiplyAdds() : new ArrayReading(task.Batch))];
}
