using Waverless.Kv;

namespace Waverless.Events;

/// <summary>
/// The dead letters of a node, and its parked events: lists them, tells why they failed, runs them
/// again, drops them. Injected. Thread-safe; usable once the node has started.
/// </summary>
/// <remarks>
/// A dead letter is kept for the node's retention, 14 days by default, and an app keeps 10,000 at
/// most: the oldest go first. A replayed one is a new event with all its attempts, in a cascade of
/// its own; it keeps its identity and error history, and runs out of order. A parked event runs
/// again before the later events of its key, which have waited for it.
/// </remarks>
public interface IDeadLetters
{
    /// <summary>Lists by app, partition, function and place.</summary>
    /// <param name="query">Which.</param>
    /// <param name="ct">Cancels the reading.</param>
    /// <exception cref="ArgumentOutOfRangeException">The limit is not 1 to 1,000.</exception>
    /// <exception cref="StorageException">The store failed.</exception>
    ValueTask<DeadLetterPage> ListAsync(DeadLetterQuery query, CancellationToken ct = default);

    /// <summary>Finds one; null: it is gone.</summary>
    /// <param name="id">Which.</param>
    /// <param name="ct">Cancels the reading.</param>
    /// <exception cref="StorageException">The store failed.</exception>
    ValueTask<DeadLetter?> FindAsync(DeadLetterId id, CancellationToken ct = default);

    /// <summary>
    /// Runs one again: in one commit the dead letter goes and its event is ready. False: it is
    /// gone, or it is parked behind another event of its key that runs.
    /// </summary>
    /// <param name="id">Which.</param>
    /// <param name="ct">Cancels the wait for a turn.</param>
    /// <exception cref="StorageException">The store refused or failed; nothing was done.</exception>
    ValueTask<bool> ReplayAsync(DeadLetterId id, CancellationToken ct = default);

    /// <summary>Runs all again that match; paging does not count. Returns how many.</summary>
    /// <param name="query">Which.</param>
    /// <param name="ct">Stops before the next one.</param>
    /// <exception cref="StorageException">The store refused or failed; some may be done.</exception>
    ValueTask<int> ReplayAllAsync(DeadLetterQuery query, CancellationToken ct = default);

    /// <summary>
    /// Drops one; if it was parked, the later events of its key go on. False: it is gone.
    /// </summary>
    /// <param name="id">Which.</param>
    /// <param name="ct">Cancels the wait for a turn.</param>
    /// <exception cref="StorageException">The store refused or failed; nothing was done.</exception>
    ValueTask<bool> DropAsync(DeadLetterId id, CancellationToken ct = default);

    /// <summary>Drops all that match; paging does not count. Returns how many.</summary>
    /// <param name="query">Which.</param>
    /// <param name="ct">Stops before the next one.</param>
    /// <exception cref="StorageException">The store refused or failed; some may be done.</exception>
    ValueTask<int> DropAllAsync(DeadLetterQuery query, CancellationToken ct = default);
}
