namespace EsmmLite.PeerComparison.Speed.Measuring;

/// <summary>One thread's ready-made work: everything is allocated and bound, only the calls are left.</summary>
internal abstract class Caller : IDisposable
{
    /// <summary>Does the work once.</summary>
    /// <param name="index">Number of the call, from 0: calls go round over prepared batches.</param>
    public abstract void Call(int index);

    /// <summary>Calls that have to be done before any is measured, however long they take.</summary>
    public virtual int WarmUpCalls => 2;

    /// <summary>Calls that are measured, however long they take.</summary>
    public virtual int FewestCalls => 2;

    /// <summary>Counts that the work kept, by name; none unless overridden.</summary>
    public virtual IReadOnlyDictionary<string, double> Counters => new Dictionary<string, double>();

    /// <inheritdoc/>
    public virtual void Dispose()
    {
    }
}
