using System.Diagnostics;
using System.Diagnostics.CodeAnalysis;
using Waverless.Invocations;

namespace Waverless.Hosting.Threads;

/// <summary>
/// Dedicated threads for synchronous guests. As many compute at once as there are permits (cores);
/// a thread that waits in a host call gives its permit to another one, up to the bound on threads.
/// A guest that computes for long takes turns with whoever else wants a permit. Threads are started
/// when needed and end when idle for long.
/// </summary>
/// <remarks>
/// A thread is active (holds a permit), waiting (in a host call), resuming (its wait is over, it
/// wants a permit), yielding (it gave its turn to others and wants the next) or parked. Whoever
/// wakes a thread has taken its permit, so a permit is never free while a thread resumes or yields.
/// An active thread may be a lookout: awake for work that is expected, it takes what comes first.
/// </remarks>
/// <param name="threadsMax">Most threads at once.</param>
/// <param name="permits">Most threads that compute at once.</param>
/// <param name="idleTimeout">How long a thread stays parked before it ends; null: 30 s.</param>
internal sealed class GuestThreads(int threadsMax, int permits, TimeSpan? idleTimeout = null)
    : IGuestThreads,
        IDisposable
{
    /// <summary>Work that may wait for a thread.</summary>
    public const int QueueMax = 65_536;

    private const int StackBytes = 16 * 1024 * 1024;

    [ThreadStatic]
    private static GuestThreads? t_owner;

    [ThreadStatic]
    private static Parking? t_parking;

    private static readonly TimeSpan DefaultLookout = TimeSpan.FromMicroseconds(250);

    private readonly TimeSpan _idleTimeout = idleTimeout ?? TimeSpan.FromSeconds(30);
    private readonly Lock _lock = new();
    private readonly Queue<IThreadWork> _queue = new();
    private readonly List<Parking> _parked = [];
    private readonly Queue<Parking> _resuming = new();
    private readonly Queue<Parking> _yielding = new();
    private bool _workHadItsTurn;
    private int _active;
    private int _threads;
    private int _inline;
    private int _lookouts;
    private bool _disposed;

    /// <summary>For tests: called between giving a permit and the wake-up that goes with it.</summary>
    public Action? Waking { get; init; }

    /// <summary>How long a thread looks out for work that was anticipated.</summary>
    public TimeSpan LookoutTime { get; init; } = DefaultLookout;

    public int Slots => permits;

    /// <summary>As others see it at this moment; who only looks out does not count.</summary>
    public int Active => Math.Max(0, Volatile.Read(ref _active) - Volatile.Read(ref _lookouts));

    public int Queued => _queue.Count;

    public bool IsGuestThread => t_owner == this;

    /// <summary>Threads that exist, in whatever state.</summary>
    public int ThreadCount
    {
        get
        {
            lock (_lock)
            {
                return _threads;
            }
        }
    }

    /// <summary>Permits that are taken.</summary>
    public int ActiveCount
    {
        get
        {
            lock (_lock)
            {
                return _active;
            }
        }
    }

    /// <summary>Threads whose wait is over and that want a permit.</summary>
    public int ResumingCount
    {
        get
        {
            lock (_lock)
            {
                return _resuming.Count;
            }
        }
    }

    public bool TryEnterInline()
    {
        if (Interlocked.Increment(ref _inline) <= permits)
        {
            return true;
        }

        Interlocked.Decrement(ref _inline);
        return false;
    }

    public void ExitInline() => Interlocked.Decrement(ref _inline);

    public bool TryQueue(IThreadWork work)
    {
        Parking? woken;
        bool start;
        lock (_lock)
        {
            if (_disposed || _queue.Count >= QueueMax)
            {
                return false;
            }

            _queue.Enqueue(work);
            woken = Activate(out start);
        }

        Wake(woken, start);
        return true;
    }

    public void Anticipate()
    {
        Parking woken;
        lock (_lock)
        {
            var isNeeded = _lookouts == 0 && _queue.Count == 0 && !_disposed;
            if (!isNeeded || _active >= permits || _parked.Count == 0)
            {
                return;
            }

            woken = TakeParked();
            woken.IsLookout = true;
            _lookouts++;
        }

        Wake(woken, start: false);
    }

    public void BeginWait()
    {
        Parking? woken;
        bool start;
        lock (_lock)
        {
            _active--;
            woken = Activate(out start);
        }

        Wake(woken, start);
    }

    public void EndWait()
    {
        var parking = t_parking!;
        lock (_lock)
        {
            if (_active < permits)
            {
                _active++;
                return;
            }

            parking.Reset();
            _resuming.Enqueue(parking);
        }

        parking.Wait(Timeout.InfiniteTimeSpan);
    }

    public void TakeTurns()
    {
        var parking = t_parking!;
        Parking? woken;
        bool start;
        lock (_lock)
        {
            _active--;
            woken = Activate(out start);
            if (woken is null && !start)
            {
                _active++;
                return;
            }

            parking.Reset();
            _yielding.Enqueue(parking);
        }

        Wake(woken, start);
        parking.Wait(Timeout.InfiniteTimeSpan);
    }

    /// <summary>
    /// Takes no further work; what is queued still runs. Idle threads end now, others when they
    /// have nothing left to do.
    /// </summary>
    public void Dispose()
    {
        lock (_lock)
        {
            _disposed = true;
            if (_queue.Count == 0)
            {
                DismissParked();
            }
        }
    }

    /// <summary>
    /// Gives a free permit to whoever needs one: a thread that resumes, or one for queued work.
    /// Returns the thread to wake, or says that one has to be started.
    /// </summary>
    private Parking? Activate(out bool start)
    {
        start = false;
        if (_active >= permits)
        {
            return null;
        }

        if (_resuming.TryDequeue(out var resumed))
        {
            _active++;
            return resumed;
        }

        if (NewWorkIsNext(_queue.Count - _lookouts))
        {
            if (_parked.Count > 0)
            {
                return TakeParked();
            }

            if (_threads < threadsMax)
            {
                _threads++;
                _active++;
                start = true;
                return null;
            }
        }

        // Also if no thread is left for new work: those that have one go on.
        if (TryTakeYielding(out var yielding))
        {
            _active++;
        }

        return yielding;
    }

    /// <summary>A parked thread with a permit, to be woken.</summary>
    private Parking TakeParked()
    {
        // The one that parked last has the warmest caches, and the others get to end.
        var parking = _parked[^1];
        _parked.RemoveAt(_parked.Count - 1);
        _active++;
        return parking;
    }

    /// <summary>
    /// New work and threads that yielded go by turns, so that neither keeps the other waiting. Whose
    /// turn it is changes when one of them gets it, not when somebody asks: several ask for one turn.
    /// </summary>
    private bool NewWorkIsNext(int waiting) =>
        waiting > 0 && (_yielding.Count == 0 || !_workHadItsTurn);

    private bool TryTakeWork([NotNullWhen(true)] out IThreadWork? work)
    {
        work = null;
        if (!NewWorkIsNext(_queue.Count))
        {
            return false;
        }

        _workHadItsTurn = true;
        work = _queue.Dequeue();
        return true;
    }

    private bool TryTakeYielding([NotNullWhen(true)] out Parking? yielding)
    {
        _workHadItsTurn = false;
        return _yielding.TryDequeue(out yielding);
    }

    /// <summary>Called without the lock: starting a thread takes its time.</summary>
    private void Wake(Parking? woken, bool start)
    {
        if (woken is not null)
        {
            Waking?.Invoke();
            woken.Wake();
        }

        if (!start)
        {
            return;
        }

        try
        {
            new Thread(Run, StackBytes) { IsBackground = true, Name = "waverless-guest" }.Start();
        }
        catch (OutOfMemoryException)
        {
            if (!TakeBackStart())
            {
                throw;
            }
        }
    }

    /// <summary>
    /// The system gave no thread: returns its permit. False if there is no other thread, which
    /// would come to the queued work later.
    /// </summary>
    private bool TakeBackStart()
    {
        Parking? woken;
        bool othersExist;
        lock (_lock)
        {
            _threads--;
            _active--;
            othersExist = _threads > 0;
            woken = Activate(out var start);
            if (start)
            {
                _threads--;
                _active--;
                if (_yielding.TryDequeue(out woken))
                {
                    _active++;
                }
            }
        }

        woken?.Wake();
        return othersExist;
    }

    private void Run()
    {
        var parking = new Parking();
        t_owner = this;
        t_parking = parking;
        do
        {
            if (parking.IsLookout)
            {
                LookOut(parking);
            }

            while (TryTake(parking, out var work))
            {
                work.Run();
            }
        } while (Park(parking));
    }

    /// <summary>Stays awake until somebody needs its permit or the time is over.</summary>
    private void LookOut(Parking parking)
    {
        var began = Stopwatch.GetTimestamp();
        var wait = default(SpinWait);
        while (!IsNeeded() && Stopwatch.GetElapsedTime(began) < LookoutTime)
        {
            // Yields the core to whoever wants it, but never sleeps.
            wait.SpinOnce(sleep1Threshold: -1);
        }

        lock (_lock)
        {
            parking.IsLookout = false;
            _lookouts--;
        }
    }

    private bool IsNeeded()
    {
        lock (_lock)
        {
            return _disposed || _queue.Count + _resuming.Count + _yielding.Count > 0;
        }
    }

    /// <summary>Takes work; or gives the permit up and is parked, or dismissed.</summary>
    private bool TryTake(Parking parking, [NotNullWhen(true)] out IThreadWork? work)
    {
        Parking? resumed;
        lock (_lock)
        {
            // Those that come back from a wait go before new work.
            if (!_resuming.TryDequeue(out resumed))
            {
                if (TryTakeWork(out work))
                {
                    return true;
                }

                if (!TryTakeYielding(out resumed))
                {
                    _active--;
                }
            }

            work = null;
            parking.Reset();
            _parked.Add(parking);
            if (_disposed && _queue.Count == 0)
            {
                DismissParked();
            }
        }

        resumed?.Wake();
        return false;
    }

    /// <summary>Sleeps until there is a permit; false: the thread is to end.</summary>
    private bool Park(Parking parking)
    {
        if (!parking.Wait(_idleTimeout))
        {
            lock (_lock)
            {
                if (_parked.Remove(parking))
                {
                    _threads--;
                    return false;
                }
            }

            // It was given a permit meanwhile. The wake-up that goes with it has to be taken too:
            // it would end the next sleep, without a permit.
            parking.Wait(Timeout.InfiniteTimeSpan);
        }

        return !parking.IsDismissed;
    }

    private void DismissParked()
    {
        _threads -= _parked.Count;
        foreach (var parking in _parked)
        {
            parking.Dismiss();
        }

        _parked.Clear();
    }
}
