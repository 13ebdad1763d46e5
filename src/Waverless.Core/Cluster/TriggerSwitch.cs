using Waverless.Concurrency;
using Waverless.Events;
using Waverless.Kv;
using Waverless.Maintenance;
using Waverless.Timers;

namespace Waverless.Cluster;

/// <summary>
/// Pauses the pump, and with it timers and expiry, and remembers it where the engine can.
/// </summary>
internal sealed class TriggerSwitch(
    EventPump pump,
    DeadlineDriver deadlines,
    IStorageEngine engine,
    Task ready
) : ITriggerSwitch
{
    private readonly ITriggerPause? _memory = engine as ITriggerPause;

    public bool ArePaused => pump.IsPaused;

    public async ValueTask PauseAsync(CancellationToken ct = default)
    {
        await ready.OrCancelledAsync(ct);
        if (_memory is not null)
        {
            await _memory.SetTriggersPausedAsync(true, ct);
        }

        pump.Pause();
    }

    public async ValueTask ResumeAsync(CancellationToken ct = default)
    {
        await ready.OrCancelledAsync(ct);
        if (_memory is not null)
        {
            await _memory.SetTriggersPausedAsync(false, ct);
        }

        pump.Resume();
        deadlines.Start();
    }

    /// <summary>Takes up what the store remembers; called before the first event is begun.</summary>
    public void Recover()
    {
        if (_memory is { TriggersPaused: true })
        {
            pump.Pause();
        }
    }
}
