using EsmmLite.PeerComparison.Speed.Measuring;
using EsmmLite.PeerComparison.Speed.Tasks;

namespace EsmmLite.PeerComparison.Speed.Engines.Esmm;

/// <summary>Threads that serve requests one after the other as fast as they can: how evenly do they come out?</summary>
internal sealed class EsmmServing : Contestant
{
    /// <inheritdoc/>
    public override string Id => "esmm-request";

    /// <inheritdoc/>
    public override string Label => "EsmmLite, request path, filled beforehand";

    /// <inheritdoc/>
    public override bool Handles(TaskCase task) => task.Kind == TaskKind.Serve;

    /// <inheritdoc/>
    public override IReadOnlyList<Caller> Open(TaskCase task) =>
        [.. EsmmRequest.Callers(task).Select(caller => task.BusyNeighbour ? new BesideBusyThread(caller) : caller)];

    private sealed class BesideBusyThread : Caller
    {
        private readonly Caller _inner;
        private readonly Thread _neighbour;
        private volatile bool _done;

        public BesideBusyThread(Caller inner)
        {
            _inner = inner;
            _neighbour = new Thread(() =>
            {
                while (!_done)
                {
                }
            });
            _neighbour.Start();
        }

        public override void Call(int index) => _inner.Call(index);

        public override void Dispose()
        {
            _done = true;
            _neighbour.Join();
            _inner.Dispose();
        }
    }
}
