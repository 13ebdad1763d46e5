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
    private readonly TaskCompletionSource _stopped = new(
        TaskCreationOptions.RunContinuationsAsynchronously
    );
    private ulong _lastId;

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
        try
        {
            await Task.WhenAny(cascade.Finished, _stopped.Task).WaitAsync(ct);
        }
        catch (OperationCanceledException)
        {
            // The report will say that it has not finished.
        }
    }

    /// <summary>The node stops: no event is begun any more, so nothing is worth waiting for.</summary>
    public void Stop() => _stopped.TrySetResult();

    public void Created(in CascadeRef of, EventId id) => Find(of)?.Created(id);

    public void Ended(in CascadeRef of, EventId id, bool failed) =>
        Find(of)?.Ended(id, of.Depth, failed);

    private Cascade? Find(in CascadeRef of) =>
        of.Id != 0
        && of.RootNode == nodeId
        && of.BootId == bootId
        && _open.TryGetValue(of.Id, out var cascade)
            ? cascade
            : null;
}
