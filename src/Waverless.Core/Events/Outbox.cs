using Waverless.Diagnostics;
using Waverless.Kv;

namespace Waverless.Events;

/// <summary>
/// Carries the events of one partition to the partitions of their targets, in order: accepted
/// there once, then removed here (SEMANTICS §2). Whatever is interrupted is repeated.
/// </summary>
internal sealed class Outbox(PartitionId source, IStorageEngine engine, EventPump pump)
{
    private const int PageMax = 256;

    /// <summary>Bytes of records after which a commit is full, and pages become smaller.</summary>
    private const int CommitBytesMax = 4 * 1024 * 1024;

    private static readonly TimeSpan RefusedPause = TimeSpan.FromMilliseconds(100);

    // Accepted by their target, though the outbox has them still; not to be offered again.
    private readonly HashSet<EventPosition> _accepted = [];

    // 0: idle, 1: carrying, 2: carrying, and there is more.
    private int _state;
    private int _pageMax = PageMax;

    // All up to here are gone: reading from the beginning would walk over what is left of them.
    private EventPosition _carried;

    private volatile bool _isStopped;

    private bool IsOver => _isStopped || pump.IsStopping;

    /// <summary>Carries nothing any more: the partition goes elsewhere.</summary>
    public void Stop() => _isStopped = true;

    /// <summary>There is something to carry.</summary>
    public void Signal()
    {
        if (Interlocked.Exchange(ref _state, 2) == 0)
        {
            pump.Start(CarryAsync);
        }
    }

    private async Task CarryAsync()
    {
        do
        {
            Interlocked.Exchange(ref _state, 1);
            while (!IsOver && await CarryPageAsync())
            {
                await Task.Yield();
            }
        } while (!IsOver && Interlocked.CompareExchange(ref _state, 0, 1) != 1);
    }

    /// <summary>Carries one page; true: there may be more.</summary>
    private async ValueTask<bool> CarryPageAsync()
    {
        var limit = _pageMax;
        var query = new EventQuery(string.Empty, EventState.Outbox);
        var page = await engine.ReadEventsAsync(
            source,
            query,
            _carried,
            limit,
            CancellationToken.None
        );
        var bytes = page.Sum(item => (long)item.Record.Length);
        _pageMax = bytes > CommitBytesMax ? Math.Max(1, limit / 4) : Math.Min(PageMax, limit * 2);
        foreach (var byTarget in page.GroupBy(item => item.Target?.Partition))
        {
            if (byTarget.Key is { } target)
            {
                await OfferAsync(
                    target,
                    byTarget.Where(item => !_accepted.Contains(item.Position))
                );
            }
        }

        var sent = new Commit();
        foreach (var item in page.Where(item => _accepted.Contains(item.Position)))
        {
            sent.Sent(item.Position);
        }

        var isSent = sent.OperationCount > 0 && await pump.CommitAsync(source, sent);
        if (isSent)
        {
            Failpoints.Pass(Failpoint.OutboxSent);
            _accepted.Clear();
        }

        if (page.Count > 0 && (!isSent || sent.OperationCount < page.Count))
        {
            await pump.DelayAsync(RefusedPause);
            return true;
        }

        if (page.Count > 0)
        {
            _carried = page[^1].Position;
        }

        return !query.IsLast(page, limit);
    }

    /// <summary>Offers events to their target, in order; those that it accepts are noted.</summary>
    private async ValueTask OfferAsync(PartitionId target, IEnumerable<StoredEvent> events)
    {
        var accept = new Commit();
        var offered = new List<EventPosition>();
        var isBounded = false;
        foreach (var item in events)
        {
            var isDelayed = Accept(accept, item, item.Target!.Value);
            if (isDelayed && !isBounded)
            {
                // What goes beyond the target's reserve waits here, in order with the rest.
                accept.DeferredMax(pump.Deferred.For(isRoot: false), isReserve: true);
                isBounded = true;
            }

            offered.Add(item.Position);
            if (accept.EncodedBytes < CommitBytesMax)
            {
                continue;
            }

            if (!await AcceptedAsync())
            {
                return;
            }
        }

        await AcceptedAsync();

        async ValueTask<bool> AcceptedAsync()
        {
            if (offered.Count == 0)
            {
                return true;
            }

            if (!await pump.CommitAsync(target, accept))
            {
                return false;
            }

            Failpoints.Pass(Failpoint.OutboxAccepted);
            _accepted.UnionWith(offered);
            offered.Clear();
            accept.Clear();
            isBounded = false;
            return true;
        }
    }

    /// <summary>Adds an event to those that are offered; true: it is a delayed message.</summary>
    private bool Accept(Commit accept, in StoredEvent item, in OutboxTarget target)
    {
        if (EventRecord.Decode(item.Record.Span) is not { } record)
        {
            return false;
        }

        var position = item.Position;
        var id = record.Source ?? new EventId(source, position.Revision, position.Ordinal);
        accept.Accept(
            source,
            position.Revision,
            position.Ordinal,
            System.Text.Encoding.UTF8.GetBytes(target.Function),
            target.State,
            target.DueMs,
            target.Priority,
            record with
            {
                Source = id,
                KeyRevision = record.KeyRevision == 0 ? position.Revision : record.KeyRevision,
            },
            target.Once
        );
        return target.State == EventState.Delayed;
    }
}
