using System.Diagnostics.CodeAnalysis;
using Waverless.Invocations;

namespace Waverless.Hosting.Threads;

/// <summary>
/// Dedicated threads for synchronous guests. As many compute at once as there are permits (cores);
/// a thread that waits in a host call gives its permit to another one, up to the bound on threads.
/// Threads are started when needed and end when idle for long.
/// </summary>
/// <remarks>
/// A thread is active (holds a permit), waiting (in a host call), resuming (its wait is over, it
/// wants a permit) or parked. Whoever wakes a parked or resuming thread has taken its permit.
/// </remarks>
internal sealed class GuestThreads(int threadsMax, int permits) : IGuestThreads, IDisposable
{
    /// <summary>Work that may wait for a thread.</summary>
    public const int QueueMax = 65_536;

    private const int StackBytes = 16 * 1024 * 1024;
    private static readonly TimeSpan IdleTimeout = TimeSpan.FromSeconds(30);

    [ThreadStatic]
    private static GuestThreads? t_owner;

    private readonly Lock _lock = new();
    private readonly Queue<IThreadWork> _queue = new();
    private readonly List<Parking> _parked = [];
    private readonly Queue<Parking> _resuming = new();
    private int _active;
    private int _threads;
    private int _inline;
    private bool _disposed;

    public bool IsGuestThread => t_owner == this;

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
        lock (_lock)
        {
            if (_disposed || _queue.Count >= QueueMax)
            {
                return false;
            }

            _queue.Enqueue(work);
            woken = Activate();
        }

        woken?.Wake();
        return true;
    }

    public void BeginWait()
    {
        Parking? woken;
        lock (_lock)
        {
            _active--;
            woken = Activate();
        }

        woken?.Wake();
    }

    public void EndWait()
    {
        Parking parking;
        lock (_lock)
        {
            if (_active < permits)
            {
                _active++;
                return;
            }

            parking = new Parking();
            _resuming.Enqueue(parking);
        }

        parking.Wait(Timeout.InfiniteTimeSpan);
    }

    public void Dispose()
    {
        lock (_lock)
        {
            _disposed = true;
            foreach (var parking in _parked)
            {
                _active++;
                parking.Wake();
            }

            _parked.Clear();
        }
    }

    /// <summary>
    /// Gives a free permit to whoever needs one: a thread that resumes, or one for queued work.
    /// Returns the thread to wake, if it exists already.
    /// </summary>
    private Parking? Activate()
    {
        if (_active >= permits)
        {
            return null;
        }

        if (_resuming.TryDequeue(out var resumed))
        {
            _active++;
            return resumed;
        }

        if (_queue.Count == 0)
        {
            return null;
        }

        if (_parked.Count > 0)
        {
            var parking = _parked[^1];
            _parked.RemoveAt(_parked.Count - 1);
            _active++;
            return parking;
        }

        if (_threads < threadsMax)
        {
            _threads++;
            _active++;
            new Thread(Run, StackBytes) { IsBackground = true, Name = "waverless-guest" }.Start();
        }

        return null;
    }

    private void Run()
    {
        t_owner = this;
        var parking = new Parking();
        while (true)
        {
            if (TryTake(parking, out var work))
            {
                work.Run();
            }
            else if (!parking.Wait(IdleTimeout) && TryEnd(parking))
            {
                return;
            }
            else if (IsDisposed())
            {
                return;
            }
        }
    }

    /// <summary>Takes work; or gives the permit up and parks.</summary>
    private bool TryTake(Parking parking, [NotNullWhen(true)] out IThreadWork? work)
    {
        Parking? resumed;
        lock (_lock)
        {
            // Those that come back from a wait go before new work.
            if (!_resuming.TryDequeue(out resumed))
            {
                if (_queue.TryDequeue(out work))
                {
                    return true;
                }

                _active--;
            }

            work = null;
            parking.Reset();
            _parked.Add(parking);
        }

        resumed?.Wake();
        return false;
    }

    /// <summary>Ends an idle thread; false: it was woken meanwhile.</summary>
    private bool TryEnd(Parking parking)
    {
        lock (_lock)
        {
            if (!_parked.Remove(parking))
            {
                return false;
            }

            _threads--;
            return true;
        }
    }

    private bool IsDisposed()
    {
        lock (_lock)
        {
            return _disposed && _queue.Count == 0;
        }
    }
}
