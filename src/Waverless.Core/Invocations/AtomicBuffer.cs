using System.Buffers;
using Waverless.Kv;
using Waverless.Kv.Messages;

namespace Waverless.Invocations;

/// <summary>
/// What an atomic function has written so far: read back by the function itself, committed at its
/// end together with the completion of the event that it runs.
/// </summary>
internal sealed class AtomicBuffer(FunctionCall call)
{
    private readonly WindowSavepoint? _savepoint = call.Invocation.Window is { } window
        ? new WindowSavepoint(window)
        : null;

    // Made with the first write: most invocations make none.
    private Commit? _commit;
    private SortedDictionary<KvKey, byte[]?>? _written;
    private List<Message>? _messages;

    public bool HasWrites
    {
        get
        {
            DropFailed();
            return _commit is { OperationCount: > 0 } || _messages is { Count: > 0 };
        }
    }

    /// <summary>Every key that was written or deleted, in order.</summary>
    public IEnumerable<KvKey> WrittenKeys => _written?.Keys ?? Enumerable.Empty<KvKey>();

    /// <summary>What is enqueued, in order.</summary>
    public IReadOnlyList<Message> Messages => _messages ?? [];

    private Commit Buffered => _commit ??= new Commit();

    /// <summary>Looks whether a batch can join what is there.</summary>
    /// <exception cref="InvocationRefusedException">
    /// A key belongs to another partition, or it is too much.
    /// </exception>
    public void Check(Commit batch, FrontDoor door)
    {
        var home = call.Invocation.Home;
        var reader = batch.Read();
        while (reader.TryRead(out var operation))
        {
            if (!operation.IsOfData)
            {
                continue;
            }

            var partition = door.PartitionOf(home.App, operation.Key);
            if (partition != home)
            {
                throw new InvocationRefusedException(
                    InvocationStatus.PermissionDenied,
                    KvRefusal.CrossPartition(home, partition).Reason!
                );
            }
        }

        if (Buffered.OperationCount + batch.OperationCount > door.Limits.BatchOperationsMax)
        {
            throw new InvocationRefusedException(
                InvocationStatus.TooLarge,
                $"The invocation writes more than {door.Limits.BatchOperationsMax} operations."
            );
        }
    }

    /// <summary>Takes in a batch that was checked.</summary>
    public void Add(Commit batch, IReadOnlyList<Message> messages)
    {
        DropFailed();
        if (_savepoint is null || _savepoint.Begin(Buffered, Messages.Count))
        {
            Remember(batch);
            Buffered.Append(batch);
            (_messages ??= []).AddRange(messages);
        }
    }

    /// <summary>Whether the last own write of a key has left a value; null: it has none.</summary>
    public bool? Wrote(KvKey key)
    {
        DropFailed();
        return _written is not null && _written.TryGetValue(key, out var value)
            ? value is not null
            : null;
    }

    /// <summary>Reads an own write; false if the key was not written.</summary>
    public bool TryRead(KvKey key, IBufferWriter<byte> into, out KvRead read)
    {
        DropFailed();
        if (_written is null || !_written.TryGetValue(key, out var value))
        {
            read = default;
            return false;
        }

        if (value is null)
        {
            read = KvRead.Absent;
            return true;
        }

        into.Write(value);
        read = new KvRead(true, 0, value.Length);
        return true;
    }

    /// <summary>A page of committed entries with the own writes laid over it.</summary>
    public KvPage Merge(List<KvEntry> committed, KvRange range, KvKey? next)
    {
        DropFailed();
        if (_written is null)
        {
            return new KvPage(committed, next);
        }

        var merged = committed.Where(entry => !_written.ContainsKey(entry.Key)).ToList();
        foreach (var (key, value) in _written)
        {
            var inPage =
                KeyOrder.Instance.Compare(key, range.From) >= 0
                && (range.To.Utf8.IsEmpty || KeyOrder.Instance.Compare(key, range.To) < 0)
                && (next is null || KeyOrder.Instance.Compare(key, next.Value) < 0);
            if (inPage && value is not null)
            {
                merged.Add(new KvEntry(key, value, 0));
            }
        }

        merged.Sort((one, other) => KeyOrder.Instance.Compare(one.Key, other.Key));
        if (range.Limit <= 0 || merged.Count <= range.Limit)
        {
            return new KvPage(merged, next);
        }

        next = merged[range.Limit].Key;
        merged.RemoveRange(range.Limit, merged.Count - range.Limit);
        return new KvPage(merged, next);
    }

    /// <summary>
    /// Everything buffered, with the completion of the event if one is being run.
    /// </summary>
    public Commit Complete()
    {
        DropFailed();
        Buffered.Tenure = call.Lane?.Inbox.Tenure;
        if (call is { Lane: { } windowed, Invocation.Window: { } window })
        {
            for (var index = 0; index < window.Pending.Count; index++)
            {
                var item = window.Pending[index];
                if (window.Succeeded(index))
                {
                    Buffered.Complete(windowed.Utf8Function, item.State, item.Position);
                }
            }
        }
        else if (call is { Lane: { } lane, Pending: { } pending })
        {
            Buffered.Complete(lane.Utf8Function, pending.State, pending.Position);
        }
        else if (call.Invocation.Window?.Succeeded(0) != false)
        {
            call.Claim?.Complete(Buffered);
        }

        return Buffered;
    }

    /// <summary>What a failed event of a window has written is not there any more.</summary>
    private void DropFailed()
    {
        if (_written is not null)
        {
            _savepoint?.DropFailed(Buffered, _written, _messages);
        }
    }

    private void Remember(Commit batch)
    {
        _written ??= new SortedDictionary<KvKey, byte[]?>(KeyOrder.Instance);
        var reader = batch.Read();
        while (reader.TryRead(out var operation))
        {
            if (operation.Area == KeyArea.System)
            {
                continue;
            }

            if (operation.Tag.IsPut())
            {
                Remember(new KvKey(operation.Key.ToArray()), operation.Value.ToArray());
            }
            else if (operation.Tag is CommitTag.Delete or CommitTag.DeleteIfRevision)
            {
                Remember(new KvKey(operation.Key.ToArray()), null);
            }
        }
    }

    private void Remember(KvKey key, byte[]? value)
    {
        _savepoint?.Overwrites(key, _written!);
        _written![key] = value;
    }
}
