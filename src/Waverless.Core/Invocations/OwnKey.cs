using Waverless.Kv;

namespace Waverless.Invocations;

/// <summary>
/// The key that triggered an invocation. It may always be read, and deleting it deletes only the
/// revision that was read: a newer value, not processed yet, is never erased (SEMANTICS §4).
/// </summary>
internal struct OwnKey(Invocation call)
{
    private ulong _number = NumberOf(call);

    public ReadOnlyMemory<byte> Key { get; } =
        call.Trigger is TriggerKind.KeySet or TriggerKind.KeyDelete
            ? call.Event?.Key ?? default
            : default;

    public readonly bool Is(ReadOnlySpan<byte> key) => !Key.IsEmpty && key.SequenceEqual(Key.Span);

    /// <summary>Notes which revision of the key the function has seen.</summary>
    public void Read(ReadOnlySpan<byte> key, ulong number)
    {
        if (Is(key) && number != 0)
        {
            _number = number;
        }
    }

    /// <summary>
    /// The commit with deletes of the own key made conditional; itself if it has none.
    /// </summary>
    public readonly Commit Guard(Commit commit)
    {
        if (Key.IsEmpty || !DeletesOwnKey(commit))
        {
            return commit;
        }

        var guarded = new Commit();
        var reader = commit.Read();
        while (reader.TryRead(out var operation))
        {
            if (operation.Tag == CommitTag.Delete && Is(operation.Key))
            {
                guarded.DeleteIfRevision(operation.Key, _number);
            }
            else
            {
                guarded.Repeat(operation);
            }
        }

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

    private static ulong NumberOf(Invocation call) =>
        call.Event is not { } record ? 0
        : record.KeyRevision != 0 ? record.KeyRevision
        : call.EventId.Revision;
}
