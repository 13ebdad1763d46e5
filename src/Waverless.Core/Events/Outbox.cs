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
    private static readonly TimeSpan RefusedPause = TimeSpan.FromMilliseconds(100);

    // 0: idle, 1: carrying, 2: carrying, and there is more.
    private int _state;

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
            while (!pump.IsStopping && await CarryPageAsync())
            {
                await Task.Yield();
            }
        } while (!pump.IsStopping && Interlocked.CompareExchange(ref _state, 0, 1) != 1);
    }

    /// <summary>Carries one page; true: there may be more.</summary>
    private async ValueTask<bool> CarryPageAsync()
    {
        var query = new EventQuery(string.Empty, EventState.Outbox);
        var page = await engine.ReadEventsAsync(
            source,
            query,
            default,
            PageMax,
            CancellationToken.None
        );
        var sent = new Commit();
        foreach (var byTarget in page.GroupBy(item => item.Target?.Partition))
        {
            if (byTarget.Key is not { } target)
            {
                continue;
            }

            var accept = new Commit();
            foreach (var item in byTarget)
            {
                Accept(accept, item, item.Target!.Value);
            }

            if (await pump.CommitAsync(target, accept))
            {
                Failpoints.Pass(Failpoint.OutboxAccepted);
                foreach (var item in byTarget)
                {
                    sent.Sent(item.Position);
                }
            }
        }

        if (sent.OperationCount < page.Count || !await pump.CommitAsync(source, sent))
        {
            await pump.DelayAsync(RefusedPause);
            return true;
        }

        Failpoints.Pass(Failpoint.OutboxSent);
        return page.Count == PageMax;
    }

    private void Accept(Commit accept, in StoredEvent item, in OutboxTarget target)
    {
        if (EventRecord.Decode(item.Record.Span) is not { } record)
        {
            return;
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
            }
        );
    }
}
