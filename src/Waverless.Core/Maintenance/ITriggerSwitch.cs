using Waverless.Kv;

namespace Waverless.Maintenance;

/// <summary>
/// Holds back what events would start: changes of keys, messages and timers. They wait in the
/// store, in order; calls from outside are answered all the same. Remembered over restarts. A node
/// whose store was restored from a backup starts paused, so that somebody can look at it first.
/// Injected by a host. Thread-safe.
/// </summary>
public interface ITriggerSwitch
{
    /// <summary>Whether events wait.</summary>
    bool ArePaused { get; }

    /// <summary>Begins no further event; what runs goes on.</summary>
    /// <param name="ct">Cancels a wait.</param>
    /// <exception cref="StorageException">It could not be written down.</exception>
    ValueTask PauseAsync(CancellationToken ct = default);

    /// <summary>Begins what has waited.</summary>
    /// <param name="ct">Cancels a wait.</param>
    /// <exception cref="StorageException">It could not be written down.</exception>
    ValueTask ResumeAsync(CancellationToken ct = default);
}
