using Waverless.Events;
using Waverless.Kv;
using Waverless.Kv.Messages;

namespace Waverless.Invocations;

/// <summary>
/// What an atomic window has buffered for the event begun last, so that it can be dropped if that
/// event fails (SEMANTICS §4). Not thread-safe: one invocation's.
/// </summary>
internal sealed class WindowSavepoint(EventWindow window)
{
    // What the event overwrote; a null entry: there was nothing.
    private readonly Dictionary<KvKey, (bool WasThere, byte[]? Value)> _overwritten = [];
    private CommitMark _mark;
    private int _messages;
    private bool _isDirty;
    private int _event = EventWindow.Common;

    /// <summary>
    /// A batch is about to be added; false: it belongs to an event that failed and is dropped.
    /// </summary>
    public bool Begin(Commit commit, int messages)
    {
        if (window.Current != _event)
        {
            _event = window.Current;
            _mark = commit.Mark();
            _messages = messages;
            _overwritten.Clear();
        }

        _isDirty = true;
        window.HasWritten();
        return window.Succeeded(_event);
    }

    /// <summary>A key is about to be written.</summary>
    public void Overwrites(KvKey key, SortedDictionary<KvKey, byte[]?> written)
    {
        var wasThere = written.TryGetValue(key, out var value);
        _overwritten.TryAdd(key, (wasThere, value));
    }

    /// <summary>Drops what the event wrote, if it has failed since.</summary>
    public void DropFailed(
        Commit commit,
        SortedDictionary<KvKey, byte[]?> written,
        List<Message>? messages
    )
    {
        if (window.Succeeded(_event) || !_isDirty)
        {
            return;
        }

        _isDirty = false;
        commit.ResetTo(_mark);
        messages?.RemoveRange(_messages, messages.Count - _messages);
        foreach (var (key, before) in _overwritten)
        {
            if (before.WasThere)
            {
                written[key] = before.Value;
            }
            else
            {
                written.Remove(key);
            }
        }

        _overwritten.Clear();
    }
}
