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

    private readonly nint engine;
    private readonly Thread thread;
    private readonly AutoResetEvent wake = new(initialState: false);
    private readonly Lock gate = new();
    private readonly List<GuestTurn> turns = [];
    private long seen;
    private volatile bool parked;
    private volatile bool stopping;

    internal EpochTicker(nint engine)
    {
        this.engine = engine;
        thread = new Thread(Run) { IsBackground = true, Name = "waverless wasm epoch" };
        thread.Start();
    }

    internal bool IsParked => parked;

    internal void Add(GuestTurn turn)
    {
        lock (gate)
        {
            turns.Add(turn);
        }
    }

    internal void Remove(GuestTurn turn)
    {
        lock (gate)
        {
            turns.Remove(turn);
        }
    }

    /// <summary>Marks a guest as running; it must have been added.</summary>
    internal void Enter(GuestTurn turn)
    {
        turn.Begin();
        if (parked)
        {
            wake.Set();
        }
    }

    public void Dispose()
    {
        stopping = true;
        wake.Set();
        thread.Join();
        wake.Dispose();
    }

    private void Run()
    {
        var idleTicks = 0;
        while (!stopping)
        {
            idleTicks = IsActive() ? 0 : idleTicks + 1;
            if (idleTicks >= IdleTicksBeforePark)
            {
                Park();
                idleTicks = 0;
            }

            wake.WaitOne(Period);
            EngineNative.IncrementEpoch(engine);
        }
    }

    private void Park()
    {
        parked = true;
        Interlocked.MemoryBarrier();

        // A guest that began before the fence did not see the flag: look again before sleeping.
        if (!IsActive() && !stopping)
        {
            wake.WaitOne();
        }

        parked = false;
    }

    private bool IsActive()
    {
        lock (gate)
        {
            long sum = 0;
            var running = false;
            foreach (var turn in turns)
            {
                sum += turn.Turns;
                running |= turn.IsRunning;
            }

            var moved = sum != seen;
            seen = sum;
            return running || moved;
        }
    }
}
