namespace EsmmLite.Scoring;

/// <summary>
/// Memory of one thread for scoring. It belongs to one scorer and is used by one thread at a time: a second thread that scores with
/// it, or fills it while it is scored, is refused.
/// </summary>
public abstract class ScoringMemory
{
    private const int Idle = 0, InScore = 1, InPool = 2;

    private readonly EsmmScorer _owner;
    private volatile int _state;
    private int _lease;

    private protected ScoringMemory(EsmmScorer owner) => _owner = owner;

    /// <summary>Number of the present lease from a pool; each lease has one of its own.</summary>
    internal int Lease => Volatile.Read(ref _lease);

    /// <summary>Starts a score; <see cref="Leave"/> ends it.</summary>
    internal void Enter(EsmmScorer scorer)
    {
        if (_owner != scorer)
        {
            throw new EsmmException(EsmmErrorKind.Usage, $"the {Name} belongs to another scorer", hint: $"Create one with this scorer's {CreatedBy}.");
        }

        int was = Interlocked.CompareExchange(ref _state, InScore, Idle);
        if (was != Idle)
        {
            throw NotIdle(was);
        }
    }

    internal void Leave() => _state = Idle;

    /// <summary>Takes it out of a pool, as new.</summary>
    internal void BeginLease()
    {
        _state = Idle;
        Interlocked.Increment(ref _lease);
        Reset();
    }

    /// <summary>Ends a lease, once.</summary>
    /// <param name="lease">Number of the lease.</param>
    /// <returns>Whether it may go back to the pool: not if the lease was ended before, nor while some thread still scores with it.</returns>
    internal bool TryEndLease(int lease) =>
        Interlocked.CompareExchange(ref _lease, lease + 1, lease) == lease && Interlocked.CompareExchange(ref _state, InPool, Idle) == Idle;

    /// <summary>Refuses to be filled while it is scored or lies in a pool.</summary>
    private protected void RequireIdle()
    {
        int state = _state;
        if (state != Idle)
        {
            throw NotIdle(state);
        }
    }

    private protected abstract string Name { get; }

    private protected abstract string CreatedBy { get; }

    private protected abstract void Reset();

    private EsmmException NotIdle(int state) => state == InPool
        ? new(EsmmErrorKind.Usage, $"the {Name} was returned to its pool", hint: "Rent one for each use, and keep no reference to it.")
        : new(EsmmErrorKind.Usage, $"the {Name} is being scored by another thread", hint: $"Use one {Name} a thread; a ScoringPool hands them out.");
}
