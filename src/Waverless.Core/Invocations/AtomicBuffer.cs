using System.Buffers;
using Waverless.Kv;

namespace Waverless.Invocations;

/// <summary>
/// What an atomic function has written so far: read back by the function itself, committed at its
/// end together with the completion of the event that it runs.
/// </summary>
internal sealed class AtomicBuffer(FunctionCall call)
{
    private readonly Commit _commit = new();
    private readonly SortedDictionary<KvKey, byte[]?> _written = new(KeyOrder.Instance);

    public bool HasWrites => _commit.OperationCount > 0;

    /// <summary>Takes in a batch.</summary>
    /// <exception cref="InvocationRefusedException">A key belongs to another partition.</exception>
    public void Add(Commit batch, FrontDoor door)
    {
        var home = call.Invocation.Home;
        var reader = batch.Read();
        while (reader.TryRead(out var operation))
        {
            if (operation.Area == KeyArea.System)
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

        if (_commit.OperationCount + batch.OperationCount > door.Limits.BatchOperationsMax)
        {
            throw new InvocationRefusedException(
                InvocationStatus.TooLarge,
                $"The invocation writes more than {door.Limits.BatchOperationsMax} operations."
            );
        }

        Remember(batch);
        _commit.Append(batch);
    }

    /// <summary>Reads an own write; false if the key was not written.</summary>
    public bool TryRead(KvKey key, IBufferWriter<byte> into, out KvRead read)
    {
        if (!_written.TryGetValue(key, out var value))
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
    public List<KvEntry> Merge(List<KvEntry> committed, KvRange range, KvKey? next)
    {
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
        return merged;
    }

    /// <summary>
    /// Everything buffered, with the completion of the event if one is being run.
    /// </summary>
    public Commit Complete()
    {
        if (call is { Lane: { } lane, Pending: { } pending })
        {
            _commit.Complete(lane.Utf8Function, pending.State, pending.Position);
        }

        return _commit;
    }

    private void Remember(Commit batch)
    {
        var reader = batch.Read();
        while (reader.TryRead(out var operation))
        {
            if (operation.Area == KeyArea.System)
            {
                continue;
            }

            if (operation.Tag.IsPut())
            {
                _written[new KvKey(operation.Key.ToArray())] = operation.Value.ToArray();
            }
            else if (operation.Tag is CommitTag.Delete or CommitTag.DeleteIfRevision)
            {
                _written[new KvKey(operation.Key.ToArray())] = null;
            }
        }
    }
}
