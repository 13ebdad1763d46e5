using Waverless.Wasm.Native;

namespace Waverless.Wasm.Engine;

/// <summary>
/// Advances the engine's epoch while guests run, so that each looks at its deadline and its caller
/// every <see cref="Period"/>. Parks when no guest has run for a while: an idle node wakes no core.
/// </summary>
internal sealed class EpochTicker : IDisposable
{
    /// <summary>How late a guest may notice its deadline.</summary>
    internal static readonly TimeSpan Period = TimeSpan.FromMilliseconds(5);

    private const int IdleTicksBeforePark = 40;

    private readonly nint _engine;
    private readonly Thread _thread;
    private readonly AutoResetEvent _wake = new(initialState: false);
    private readonly Lock _gate = new();
    private readonly List<GuestTurn> _turns = [];
    private long _seen;
    private volatile bool _parked;
    private volatile bool _stopping;

    internal EpochTicker(nint engine)
    {
        _engine = engine;
        _thread = new Thread(Run) { IsBackground = true, Name = "waverless wasm epoch" };
        _thread.Start();
    }

    internal bool IsParked => _parked;

    internal void Add(GuestTurn turn)
    {
        lock (_gate)
        {
            _turns.Add(turn);
        }
    }

    internal void Remove(GuestTurn turn)
    {
        lock (_gate)
        {
            _turns.Remove(turn);
        }
    }

    /// <summary>Marks a guest as running; it must have been added.</summary>
    internal void Enter(GuestTurn turn)
    {
        turn.Begin();
        if (_parked)
        {
            _wake.Set();
        }
    }

    public void Dispose()
    {
        _stopping = true;
        _wake.Set();
        _thread.Join();
        _wake.Dispose();
    }

    private void Run()
    {
        var idleTicks = 0;
        while (!_stopping)
        {
            idleTicks = IsActive() ? 0 : idleTicks + 1;
            if (idleTicks >= IdleTicksBeforePark)
            {
                Park();
                idleTicks = 0;
            }

            _wake.WaitOne(Period);
            EngineNative.IncrementEpoch(_engine);
        }
    }

    private void Park()
    {
        _parked = true;
        Interlocked.MemoryBarrier();

        // A guest that began before the fence did not see the flag: look again before sleeping.
        if (!IsActive() && !_stopping)
        {
            _wake.WaitOne();
        }

        _parked = false;
    }

    private bool IsActive()
    {
        lock (_gate)
        {
            long sum = 0;
            var running = false;
            foreach (var turn in _turns)
            {
                sum += turn.Turns;
                running |= turn.IsRunning;
            }

            var moved = sum != _seen;
            _seen = sum;
            return running || moved;
        }
    }
}
