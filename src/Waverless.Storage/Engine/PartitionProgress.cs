namespace Waverless.Storage.Engine;

/// <summary>
/// How far a partition is, for readers on other threads, and a signal for those who wait for more.
/// Thread-safe.
/// </summary>
internal sealed class PartitionProgress(ulong last, ulong floor, long storeTimeMs)
{
    private readonly Lock _gate = new();
    private ulong _last = last;
    private ulong _floor = floor;
    private long _storeTimeMs = storeTimeMs;
    private long _timers;
    private long _messages;
    private long _keys;
    private volatile TaskCompletionSource? _advanced;

    /// <summary>Number of the newest commit that is as durable as configured.</summary>
    public ulong Last => Volatile.Read(ref _last);

    /// <summary>Number of the newest commit that the change log no longer holds.</summary>
    public ulong Floor
    {
        get => Volatile.Read(ref _floor);
        set => Volatile.Write(ref _floor, value);
    }

    /// <summary>Store time of the newest commit, Unix milliseconds.</summary>
    public long StoreTimeMs => Volatile.Read(ref _storeTimeMs);

    /// <summary>What is kept for later; each count by itself is of one moment.</summary>
    public Kv.DeferredCounts Deferred
    {
        get =>
            new(Volatile.Read(ref _timers), Volatile.Read(ref _messages), Volatile.Read(ref _keys));
        set
        {
            Volatile.Write(ref _timers, value.Timers);
            Volatile.Write(ref _messages, value.Messages);
            Volatile.Write(ref _keys, value.Keys);
        }
    }

    /// <summary>
    /// Publishes a newer commit and wakes who waits. Called by the sequencer only.
    /// </summary>
    public void Advance(ulong last, long storeTimeMs)
    {
        Volatile.Write(ref _storeTimeMs, storeTimeMs);
        Volatile.Write(ref _last, last);

        // Pairs with the fence in WaitAsync: either the waiter sees the number or we see the
        // waiter.
        Interlocked.MemoryBarrier();
        if (_advanced is not null)
        {
            Wake();
        }
    }

    /// <summary>
    /// Waits until the newest commit may be above a number: another waiter that gives up wakes all.
    /// </summary>
    public async Task WaitAboveAsync(ulong number, CancellationToken ct)
    {
        // Awaited as it is: Task.WaitAsync would go on by way of the thread pool, and not on the
        // scheduler of whoever waits.
        await using var registration = ct.UnsafeRegister(
            static state => ((PartitionProgress)state!).Wake(),
            this
        );
        await Advanced(number, ct);
        ct.ThrowIfCancellationRequested();
    }

    private Task Advanced(ulong number, CancellationToken ct)
    {
        Task advanced;
        lock (_gate)
        {
            _advanced ??= new TaskCompletionSource(
                TaskCreationOptions.RunContinuationsAsynchronously
            );
            advanced = _advanced.Task;
        }

        Interlocked.MemoryBarrier();
        return Last > number || ct.IsCancellationRequested ? Task.CompletedTask : advanced;
    }

    /// <summary>Wakes everybody, so that they look again; the engine closes.</summary>
    public void Wake()
    {
        TaskCompletionSource? advanced;
        lock (_gate)
        {
            advanced = _advanced;
            _advanced = null;
        }

        advanced?.SetResult();
    }
}
