using System.Diagnostics;

namespace EsmmLite.Memory;

/// <summary>A piece of parallel work: independent items, executed in any order by any worker.</summary>
internal interface IParallelWork
{
    void Execute(int item, int worker);
}

/// <summary>
/// A fixed set of threads that share out the items of a piece of work; the caller is worker 0. Which worker takes which item is
/// left to chance, so work must be cut such that it does not matter. Nothing is allocated by a run.
/// </summary>
internal sealed class WorkerPool : IDisposable
{
    private static readonly long s_patience = Stopwatch.Frequency / 20_000;

    private readonly Thread[] _threads;
    private readonly SemaphoreSlim _start = new(0);
    private readonly SemaphoreSlim _done = new(0);
    private IParallelWork? _work;
    private int _items;
    private int _next;
    private Exception? _failure;
    private volatile bool _stopping;

    internal WorkerPool(int workers)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(workers);
        Workers = workers;
        _threads = new Thread[workers - 1];
        for (int i = 0; i < _threads.Length; i++)
        {
            int worker = i + 1;
            _threads[i] = new Thread(() => Loop(worker)) { IsBackground = true, Name = "EsmmLite worker " + worker };
            _threads[i].Start();
        }
    }

    /// <summary>Number of workers, the caller included.</summary>
    internal int Workers { get; }

    /// <summary>Executes all items and returns when the last is done; the first failure is thrown again here.</summary>
    internal void Run(IParallelWork work, int items)
    {
        if (_threads.Length == 0 || items <= 1)
        {
            for (int item = 0; item < items; item++)
            {
                work.Execute(item, 0);
            }

            return;
        }

        _work = work;
        _items = items;
        _next = 0;
        _failure = null;
        _start.Release(_threads.Length);
        Share(0);
        for (int i = 0; i < _threads.Length; i++)
        {
            Await(_done);
        }

        _work = null;
        if (_failure is { } failure)
        {
            System.Runtime.ExceptionServices.ExceptionDispatchInfo.Throw(failure);
        }
    }

    public void Dispose()
    {
        if (_stopping)
        {
            return;
        }

        _stopping = true;
        if (_threads.Length > 0)
        {
            _start.Release(_threads.Length);
        }

        foreach (Thread thread in _threads)
        {
            thread.Join();
        }

        _start.Dispose();
        _done.Dispose();
    }

    /// <summary>
    /// Looks for a while before it sleeps: pieces of a step follow each other within microseconds, and waking a thread up takes longer.
    /// </summary>
    private static void Await(SemaphoreSlim semaphore)
    {
        long until = Stopwatch.GetTimestamp() + s_patience;
        while (semaphore.CurrentCount == 0 && Stopwatch.GetTimestamp() < until)
        {
            Thread.SpinWait(4);
        }

        semaphore.Wait();
    }

    private void Loop(int worker)
    {
        while (true)
        {
            Await(_start);
            if (_stopping)
            {
                return;
            }

            Share(worker);
            _done.Release();
        }
    }

    private void Share(int worker)
    {
        try
        {
            for (int item = Interlocked.Increment(ref _next) - 1; item < _items; item = Interlocked.Increment(ref _next) - 1)
            {
                _work!.Execute(item, worker);
            }
        }
        catch (Exception failure)
        {
            Interlocked.CompareExchange(ref _failure, failure, null);
            Volatile.Write(ref _next, int.MaxValue / 2);
        }
    }
}
