using Waverless.Apps;

namespace Waverless.Events;

/// <summary>
/// Gathers the events of a function with <c>batch</c>: none is taken until a window is full or its
/// first event has waited long enough. Open at any time for all other functions. Not thread-safe:
/// its lane locks it.
/// </summary>
internal sealed class LaneWindow(FunctionLane lane, EventPump pump, LaneQueue queue)
{
    private CatalogSnapshot? _snapshot;
    private FunctionBatch? _batch;
    private bool _isOver;
    private bool _isWaiting;

    /// <summary>
    /// Whether events may be taken now. If not, and there are any, their time begins to run.
    /// </summary>
    public bool IsOpen
    {
        get
        {
            if (Batch is not { } batch || batch.Within == TimeSpan.Zero)
            {
                return true;
            }

            // What holds its key has waited before.
            if (_isOver || queue.NextCount > 0 || queue.ReadyCount >= batch.Events)
            {
                return true;
            }

            if (queue.ReadyCount > 0 && !_isWaiting)
            {
                _isWaiting = true;
                pump.Start(async () =>
                {
                    await pump.DelayAsync(batch.Within);
                    lane.CloseWindow();
                });
            }

            return false;
        }
    }

    private FunctionBatch? Batch
    {
        get
        {
            var current = pump.Catalog;
            if (_snapshot != current)
            {
                _snapshot = current;
                _batch = current.TryFind(lane.Inbox.Id.App, lane.Function, out var function)
                    ? function.Manifest.Batch
                    : null;
            }

            return _batch;
        }
    }

    /// <summary>The time of the first event is over.</summary>
    public void Close() => (_isOver, _isWaiting) = (queue.ReadyCount > 0, false);

    /// <summary>What shares a window with an event; null: it runs alone.</summary>
    public List<PendingEvent>? Fill(PendingEvent first, bool onlyHeld)
    {
        if (Batch is not { } batch)
        {
            return null;
        }

        var window = new List<PendingEvent>(Math.Min(batch.Events, queue.Count + 1)) { first };
        queue.FillWindow(window, batch.Events, onlyHeld);
        _isOver = false;
        return window;
    }
}
