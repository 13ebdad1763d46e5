using Waverless.Kv;

namespace Waverless.Timers;

/// <summary>
/// The timers of one app, as the host's own code uses them; injected by key:
/// <c>[FromKeyedServices("shop")] ITimers</c>. A timer is durable: it fires for each of its moments
/// once, also across restarts (see <see cref="Apps.MisfirePolicy"/> for what passes meanwhile). To
/// set one in the same commit as data, and inside functions, use <see cref="KvBatch.SetTimer"/>.
/// Thread-safe. Waits until the node is ready.
/// </summary>
public interface ITimers
{
    /// <summary>The app whose timers these are.</summary>
    string App { get; }

    /// <summary>Sets a timer; one of that name in the partition is replaced.</summary>
    /// <param name="timer">The timer.</param>
    /// <param name="partition">In which partition it fires; 0 by default.</param>
    /// <param name="ct">Stops waiting for a turn.</param>
    ValueTask<CommitResult> SetAsync(
        NamedTimer timer,
        int partition = 0,
        CancellationToken ct = default
    );

    /// <summary>
    /// Deletes a timer that code has set; no effect if there is none. Events that it has set off
    /// already still run.
    /// </summary>
    /// <param name="name">The timer's name.</param>
    /// <param name="partition">Its partition.</param>
    /// <param name="ct">Stops waiting for a turn.</param>
    ValueTask<CommitResult> DeleteAsync(
        string name,
        int partition = 0,
        CancellationToken ct = default
    );

    /// <summary>Reads a timer that code has set; null if there is none.</summary>
    /// <param name="name">The timer's name.</param>
    /// <param name="partition">Its partition.</param>
    /// <param name="ct">Cancels a wait.</param>
    /// <exception cref="StorageException">The store is closed or failed.</exception>
    ValueTask<TimerState?> GetAsync(string name, int partition = 0, CancellationToken ct = default);

    /// <summary>Lists timers: those set by code, then those that the manifest declares.</summary>
    /// <param name="after">The last one already seen; null begins with the first.</param>
    /// <param name="limit">Most timers to return, at least 1; fewer are returned at the end.</param>
    /// <param name="partition">Which partition.</param>
    /// <param name="ct">Cancels a wait.</param>
    /// <exception cref="StorageException">The store is closed or failed.</exception>
    ValueTask<IReadOnlyList<TimerState>> ListAsync(
        TimerState? after = null,
        int limit = 100,
        int partition = 0,
        CancellationToken ct = default
    );
}
