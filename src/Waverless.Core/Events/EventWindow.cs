using Waverless.Runtime;

namespace Waverless.Events;

/// <summary>
/// Events that share one invocation, and what became of each. What is written belongs to the event
/// begun last, or to all of them before the first was begun. Not thread-safe: one invocation's.
/// </summary>
internal sealed class EventWindow
{
    /// <summary>What belongs to no single event.</summary>
    public const int Common = -1;

    private readonly IReadOnlyList<PendingEvent> _pending;
    private readonly FunctionEvent[] _events;
    private readonly string?[] _failures;
    private readonly bool[] _isBehind;
    private readonly bool[] _hasWritten;

    public EventWindow(IReadOnlyList<PendingEvent> pending)
    {
        _pending = pending;
        _events = new FunctionEvent[pending.Count];
        for (var index = 0; index < _events.Length; index++)
        {
            var item = pending[index];
            _events[index] = new FunctionEvent(item.Record, item.Id, this, index);
        }

        _failures = new string?[pending.Count];
        _isBehind = new bool[pending.Count];
        _hasWritten = new bool[pending.Count];
    }

    public IReadOnlyList<FunctionEvent> Events => _events;

    public IReadOnlyList<PendingEvent> Pending => _pending;

    /// <summary>Whether any of them failed.</summary>
    public bool HasFailed { get; private set; }

    /// <summary>Index of the event that was begun last.</summary>
    public int Current { get; private set; } = Common;

    /// <summary>The function runs anew: nothing was begun, nothing has failed.</summary>
    public void Restart()
    {
        Current = Common;
        HasFailed = false;
        Array.Clear(_failures);
        Array.Clear(_isBehind);
        Array.Clear(_hasWritten);
    }

    /// <summary>From here on what is written belongs to this event.</summary>
    public void Begin(FunctionEvent item)
    {
        var index = IndexOf(item);
        if (index < Current)
        {
            throw new InvalidOperationException(
                "The event was begun before another one; expected events to be begun in order."
            );
        }

        Current = index;
    }

    public void HasWritten()
    {
        if (Current != Common)
        {
            _hasWritten[Current] = true;
        }
    }

    public void Fail(FunctionEvent item, string reason)
    {
        var index = IndexOf(item);
        if (index != Current && _hasWritten[index])
        {
            throw new InvalidOperationException(
                "Other events were begun after the one that fails, and it has written; expected "
                    + "its failure before the next event is begun."
            );
        }

        HasFailed = true;
        _failures[index] ??= reason;
        for (var later = index + 1; later < _events.Length; later++)
        {
            _isBehind[later] |= IsSameKey(index, later);
        }
    }

    public string? FailureOf(FunctionEvent item) => _failures[IndexOf(item)];

    public string? FailureAt(int index) => _failures[index];

    /// <summary>Whether an event succeeded: neither it nor an earlier one of its key failed.</summary>
    public bool Succeeded(int index) =>
        index == Common || (_failures[index] is null && !_isBehind[index]);

    public bool IsSameKey(int one, int other) =>
        _pending[one].IsOrdered && _pending[one].OrderingKey == _pending[other].OrderingKey;

    private int IndexOf(FunctionEvent item) =>
        item.Window == this
            ? item.Index
            : throw new InvalidOperationException("The event is not one of this invocation's.");
}
