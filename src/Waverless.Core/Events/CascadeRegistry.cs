using System.Collections.Concurrent;

namespace Waverless.Events;

/// <summary>
/// The cascades that callers of this node wait for. Events report their birth, in the commit that
/// creates them, and their end; both are idempotent and may arrive in any order, as they will when
/// other nodes report.
/// </summary>
internal sealed class CascadeRegistry(uint nodeId, ulong bootId, TimeProvider time)
{
    private readonly ConcurrentDictionary<ulong, Cascade> _open = new();
    private ulong _lastId;
    private volatile bool _stopped;

    public Cascade Begin()
    {
        var id = Interlocked.Increment(ref _lastId);
        var cascade = new Cascade(new CascadeRef(nodeId, bootId, id, 0), time);
        _open[id] = cascade;
        return cascade;
    }

    /// <summary>Forgets a cascade: nobody waits for it any more.</summary>
    public void Close(Cascade cascade) => _open.TryRemove(cascade.Root.Id, out _);

    /// <summary>Waits until a cascade has finished, the token gives up or the node stops.</summary>
    public async ValueTask WaitAsync(Cascade cascade, CancellationToken ct)
    {
        if (_stopped)
        {
            return;
        }

        await using var registration = ct.UnsafeRegister(
            static state => ((Cascade)state!).GiveUp(),
            cascade
        );

        // Awaited as it is: Task.WaitAsync would go on by way of the thread pool, and not on the
        // node's scheduler.
        await cascade.Answered;
    }

    /// <summary>The node stops: no event is begun any more, so nothing is worth waiting for.</summary>
    public void Stop()
    {
        _stopped = true;
        foreach (var cascade in _open.Values)
        {
            cascade.GiveUp();
        }
    }

    /// <summary>Where news go of cascades that another node waits for; null: nowhere.</summary>
    public ICascadeNews? News { get; set; }

    /// <summary>Whether somebody waits for it, here or maybe on another node.</summary>
    public bool IsAwaited(in CascadeRef cascade) => IsForeign(cascade) || Find(cascade) is not null;

    public void Created(in CascadeRef of, EventId id)
    {
        if (IsForeign(of))
        {
            News!.Created(of, id);
        }
        else
        {
            Find(of)?.Created(id);
        }
    }

    public void Ended(in CascadeRef of, EventId id, bool failed)
    {
        if (IsForeign(of))
        {
            News!.Ended(of, id, failed);
        }
        else
        {
            Find(of)?.Ended(id, of.Depth, failed);
        }
    }

    /// <summary>Messages were enqueued that begin cascades of their own later.</summary>
    public void Deferred(in CascadeRef of, int count)
    {
        if (IsForeign(of))
        {
            News!.Deferred(of, count);
        }
        else
        {
            Find(of)?.Deferred(count);
        }
    }

    /// <summary>An event was dropped, since one with its idempotency key came before.</summary>
    public void Dropped(in CascadeRef of, EventId id)
    {
        if (IsForeign(of))
        {
            News!.Dropped(of, id);
        }
        else
        {
            Find(of)?.Dropped(id);
        }
    }

    private bool IsForeign(in CascadeRef of) =>
        of.Id != 0 && of.RootNode != nodeId && News is not null;

    private Cascade? Find(in CascadeRef of) =>
        of.Id != 0
        && of.RootNode == nodeId
        && of.BootId == bootId
        && _open.TryGetValue(of.Id, out var cascade)
            ? cascade
            : null;
}
