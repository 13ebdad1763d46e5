using Waverless.Events;
using Waverless.Kv;

namespace Waverless.Runtime;

/// <summary>One event that starts a function, alone or in a window with others.</summary>
public sealed class FunctionEvent
{
    private readonly EventRecord _record;
    private readonly EventWindow? _window;

    internal FunctionEvent(
        EventRecord record,
        EventId id,
        EventWindow? window = null,
        int index = 0
    )
    {
        _record = record;
        _window = window;
        Index = index;
        Id = id;
    }

    /// <summary>Stable identity, the same in all attempts.</summary>
    public EventId Id { get; }

    /// <summary>What happened.</summary>
    public EventKind Kind => _record.Kind;

    /// <summary>1 for the first attempt; more when earlier ones failed.</summary>
    public int Attempt => _record.Attempt + 1;

    /// <summary>The key that was written, deleted or expired; null: not a key event.</summary>
    public KvKey? Key => Kind.IsOfKey() ? new KvKey(_record.Key) : default(KvKey?);

    /// <summary>Revision number of the commit that changed the key; 0: not a key event.</summary>
    public ulong Revision =>
        !Kind.IsOfKey() ? 0
        : _record.KeyRevision != 0 ? _record.KeyRevision
        : Id.Revision;

    /// <summary>
    /// The value as it was at the event, of a delete or an expiry the one that went. Null unless
    /// the function declares <c>value: at_event</c> and the value has at most 16 KiB: then read
    /// the key.
    /// </summary>
    public ReadOnlyMemory<byte>? Value =>
        (_record.Flags & EventFlags.HasValue) != 0
            ? _record.Payload
            : default(ReadOnlyMemory<byte>?);

    /// <summary>The payload of a message or timer; empty for key events.</summary>
    public ReadOnlyMemory<byte> Payload => Kind.IsOfKey() ? default : _record.Payload;

    /// <summary>Why it failed, if <see cref="Fail"/> was called; else null.</summary>
    public string? Failure => _window?.FailureOf(this);

    /// <summary>
    /// Reports that this event of a window failed, while others succeed: what was written for it
    /// is dropped, it is tried again as its function's policy says, and so are the later events of
    /// its key in the window, which come after it.
    /// </summary>
    /// <param name="reason">What failed and what was expected.</param>
    /// <exception cref="InvalidOperationException">
    /// The function declares no <c>batch</c> (throw instead), or other events were begun after
    /// this one and may have read what was written for it.
    /// </exception>
    public void Fail(string reason)
    {
        ArgumentNullException.ThrowIfNull(reason);
        if (_window is null)
        {
            throw new InvalidOperationException(
                "The event is the only one of its invocation; expected an exception to report "
                    + "its failure."
            );
        }

        _window.Fail(this, reason);
    }

    internal EventWindow? Window => _window;

    /// <summary>Its place in the window.</summary>
    internal int Index { get; }
}
