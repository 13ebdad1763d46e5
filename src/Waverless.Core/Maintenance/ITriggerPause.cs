using Waverless.Kv;

namespace Waverless.Maintenance;

/// <summary>
/// What a storage engine remembers with its data: whether functions may be started. A restore sets
/// it. Thread-safe.
/// </summary>
public interface ITriggerPause
{
    /// <summary>Whether no event may be begun.</summary>
    bool TriggersPaused { get; }

    /// <summary>Remembers it, so that it holds after a restart.</summary>
    /// <param name="paused">Whether no event may be begun.</param>
    /// <param name="ct">Cancels a wait.</param>
    /// <exception cref="StorageException">It could not be written down.</exception>
    ValueTask SetTriggersPausedAsync(bool paused, CancellationToken ct);
}
