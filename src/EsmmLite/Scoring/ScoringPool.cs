using System.Diagnostics.CodeAnalysis;

namespace EsmmLite.Scoring;

/// <summary>
/// Requests or workspaces of one scorer, lent to the threads of a service: <see cref="EsmmScorer.CreateRequestPool"/>. What is lent
/// to one caller is lent to no other. Thread-safe, without locks; nothing is allocated while no more are out than the pool keeps.
/// </summary>
/// <typeparam name="T"><see cref="RankingRequest"/> or <see cref="ScoringWorkspace"/>.</typeparam>
public sealed class ScoringPool<T>
    where T : ScoringMemory
{
    private readonly Func<T> _create;
    private readonly T?[] _kept;

    internal ScoringPool(Func<T> create, int capacity)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(capacity);
        _create = create;
        _kept = new T?[capacity];
    }

    /// <summary>The most that are kept. When more are out at once the others are made anew, and dropped when they come back.</summary>
    public int Capacity => _kept.Length;

    /// <summary>Lends one, cleared, until the lease is disposed.</summary>
    public Rented<T> Rent()
    {
        T? item = null;
        for (int i = 0; i < _kept.Length && item is null; i++)
        {
            item = _kept[i] is null ? null : Interlocked.Exchange(ref _kept[i], null);
        }

        item ??= _create();
        item.BeginLease();
        return new Rented<T>(this, item, item.Lease);
    }

    internal void Return(T item, int lease)
    {
        bool placed = !item.TryEndLease(lease);
        for (int i = 0; i < _kept.Length && !placed; i++)
        {
            placed = _kept[i] is null && Interlocked.CompareExchange(ref _kept[i], item, null) is null;
        }
    }
}

/// <summary>A lease: the request or workspace is the holder's until <see cref="Dispose"/>.</summary>
/// <typeparam name="T"><see cref="RankingRequest"/> or <see cref="ScoringWorkspace"/>.</typeparam>
[SuppressMessage("Performance", "CA1815:Override equals and operator equals on value types", Justification = "Leases are not compared.")]
public readonly struct Rented<T> : IDisposable
    where T : ScoringMemory
{
    private readonly ScoringPool<T>? _pool;
    private readonly T? _item;
    private readonly int _lease;

    internal Rented(ScoringPool<T> pool, T item, int lease) => (_pool, _item, _lease) = (pool, item, lease);

    /// <summary>What was rented.</summary>
    /// <exception cref="EsmmException">It was returned already.</exception>
    public T Value => _item is not null && _item.Lease == _lease
        ? _item
        : throw new EsmmException(EsmmErrorKind.Usage, "the lease has ended", hint: "Rent again: what was lent may be with another thread by now.");

    /// <summary>Returns it to the pool. Only the first call for a lease counts, whoever holds a copy of it.</summary>
    public void Dispose()
    {
        if (_item is not null)
        {
            _pool!.Return(_item, _lease);
        }
    }
}
