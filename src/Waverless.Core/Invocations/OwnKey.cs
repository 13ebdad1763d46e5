using Waverless.Events;
using Waverless.Kv;

namespace Waverless.Invocations;

/// <summary>
/// The key that triggered an invocation, or that of the event of a window begun last. It may always
/// be read, and deleting it deletes only the revision that was read: a newer value, not processed
/// yet, is never erased (SEMANTICS §4).
/// </summary>
internal struct OwnKey(EventRecord? cause, EventId id)
{
    private ulong _number = NumberOf(cause, id);

    // Whether the commit that is being gathered writes the key itself.
    private bool _isWritten;

    public ReadOnlyMemory<byte> Key { get; } = cause?.Kind.IsOfKey() == true ? cause.Key : default;

    public readonly bool Is(ReadOnlySpan<byte> key) => !Key.IsEmpty && key.SequenceEqual(Key.Span);

    /// <summary>Notes which revision of the key the function has seen.</summary>
    public void Read(ReadOnlySpan<byte> key, ulong number)
    {
        if (Is(key) && number != 0)
        {
            _number = number;
        }
    }

    /// <summary>Notes that a write of the key has taken effect: the function knows its value.</summary>
    public void Committed(Commit commit, ulong number)
    {
        if (Key.IsEmpty)
        {
            return;
        }

        var reader = commit.Read();
        while (reader.TryRead(out var operation))
        {
            if (operation.Tag.IsPut() && Is(operation.Key))
            {
                _number = number;
            }
        }
    }

    /// <summary>
    /// The commit with deletes of the own key made conditional; itself if it has none. A delete of
    /// what the same commit has just put erases nobody else's value and stays as it is.
    /// </summary>
    /// <param name="commit">A batch of the function.</param>
    /// <param name="isOneCommit">Whether all batches of the function become one commit.</param>
    public Commit Guard(Commit commit, bool isOneCommit)
    {
        if (Key.IsEmpty)
        {
            return commit;
        }

        var deletes = DeletesOwnKey(commit);
        var guarded = deletes ? new Commit() : commit;
        var written = _isWritten;
        var reader = commit.Read();
        while (reader.TryRead(out var operation))
        {
            var isOwn = Is(operation.Key);
            written |= isOwn && operation.Tag.IsPut();
            if (isOwn && operation.Tag == CommitTag.Delete && !written)
            {
                guarded.DeleteIfRevision(operation.Key, _number);
            }
            else if (deletes)
            {
                guarded.Repeat(operation);
            }
        }

        _isWritten = isOneCommit && written;
        return guarded;
    }

    private readonly bool DeletesOwnKey(Commit commit)
    {
        var reader = commit.Read();
        while (reader.TryRead(out var operation))
        {
            if (operation.Tag == CommitTag.Delete && Is(operation.Key))
            {
                return true;
            }
        }

        return false;
    }

    private static ulong NumberOf(EventRecord? cause, EventId id) =>
        cause is null ? 0
        : cause.KeyRevision != 0 ? cause.KeyRevision
        : id.Revision;
}
