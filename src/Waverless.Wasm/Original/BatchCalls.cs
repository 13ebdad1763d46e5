using Waverless.Invocations;
using Waverless.Kv;
using Waverless.Wasm.Instances;

namespace Waverless.Wasm.Original;

/// <summary>
/// <c>kv_batch_ope</c> and <c>kv_batch_res</c> of one invocation. A batch is checked as a whole
/// before any of it runs; its writes are one commit, or one on each side of a lock operation.
/// </summary>
internal sealed class BatchCalls
{
    /// <summary>
    /// Longest key that is copied out of a guest; the store's own limit is lower.
    /// </summary>
    internal const int KeyBytesMax = 64 << 10;

    /// <summary>
    /// Most bytes of keys and values in one batch; the store's own limit is lower.
    /// </summary>
    internal const long WriteBytesMax = 256L << 20;

    private const string Function = "kv_batch_ope";
    private const int OperationsBetweenChecks = 64;

    private readonly List<BatchOperation> _operations = [];
    private readonly KvBatch _pending = new();
    private byte[] _key = [];
    private int _pendingFrom;

    internal BatchResults Results { get; } = new();

    /// <summary>Runs a batch and writes its id to <paramref name="idAddress"/>.</summary>
    internal void Run(GuestContext guest, int arrayAddress, int arrayLength, int idAddress)
    {
        var memory = guest.Memory;
        _ = memory.Range(idAddress, sizeof(int), Function, "out_id_ptr");
        if (arrayLength is < 0 or > BatchDecoder.OperationsMax * 5 + 1)
        {
            throw new GuestFaultException(
                InvocationStatus.Trapped,
                $"{Function}: opes_len is {arrayLength}; expected 1 to "
                    + $"{BatchDecoder.OperationsMax * 5 + 1} integers."
            );
        }

        var array = memory.Range(arrayAddress, arrayLength * sizeof(int), Function, "opes_ptr");
        BatchDecoder.Decode(array, _operations);
        Check(memory);
        var id = Results.Begin();
        _pending.Clear();
        _pendingFrom = 0;
        for (var index = 0; index < _operations.Count; index++)
        {
            if (index % OperationsBetweenChecks == OperationsBetweenChecks - 1)
            {
                guest.ThrowIfOver();
            }

            Run(guest, memory, index);
        }

        Commit(guest, _operations.Count);
        memory.WriteInt32(idAddress, id, Function, "out_id_ptr");
    }

    /// <summary>Copies values that a batch read to where the guest wants them.</summary>
    internal void Answer(GuestContext guest, int batch, int pairsAddress, int pairsLength)
    {
        const string function = "kv_batch_res";
        var memory = guest.Memory;
        if (pairsLength < 0 || pairsLength % 2 != 0 || pairsLength > BatchDecoder.OperationsMax * 2)
        {
            throw new GuestFaultException(
                InvocationStatus.Trapped,
                $"{function}: args_len is {pairsLength}; expected an even number of integers, at "
                    + $"most {BatchDecoder.OperationsMax * 2}."
            );
        }

        var pairs = memory.Range(pairsAddress, pairsLength * sizeof(int), function, "args_ptr");
        for (var index = 0; index < pairsLength / 2; index++)
        {
            var operation = BitConverter.ToInt32(pairs.Slice(index * 8, 4));
            var address = BitConverter.ToInt32(pairs.Slice((index * 8) + 4, 4));
            var value = Results.Find(batch, operation);
            value.CopyTo(memory.Range(address, value.Length, function, "dest_ptr"));
        }
    }

    internal void Clear()
    {
        _operations.Clear();
        _pending.Clear();
        Results.Clear();
    }

    private void Check(GuestMemory memory)
    {
        long bytes = 0;
        foreach (var operation in _operations)
        {
            _ = memory.Range(operation.KeyAddress, operation.KeyLength, Function, "key_ptr");
            RefuseLongKey(operation);
            bytes += operation.KeyLength;
            switch (operation.Kind)
            {
                case BatchOperationKind.Set:
                    _ = memory.Range(operation.First, operation.Second, Function, "value_ptr");
                    bytes += operation.Second;
                    break;
                case BatchOperationKind.Get:
                    _ = memory.Range(operation.Second, sizeof(int), Function, "out_len_ptr");
                    break;
                case BatchOperationKind.Lock:
                    _ = memory.Range(operation.Second, sizeof(int), Function, "out_lock_id_ptr");
                    break;
            }
        }

        if (bytes > WriteBytesMax)
        {
            throw new GuestFaultException(
                InvocationStatus.TooLarge,
                $"{Function}: keys and values have {bytes} bytes; expected at most {WriteBytesMax}."
            );
        }
    }

    private static void RefuseLongKey(in BatchOperation operation)
    {
        if (operation.KeyLength > KeyBytesMax)
        {
            throw new GuestFaultException(
                InvocationStatus.TooLarge,
                $"{Function}: a key has {operation.KeyLength} bytes; at most {KeyBytesMax} fit."
            );
        }
    }

    private void Run(GuestContext guest, GuestMemory memory, int index)
    {
        var operation = _operations[index];
        var key = Key(memory, operation);
        switch (operation.Kind)
        {
            case BatchOperationKind.Set:
                _pending.Set(key, memory.Range(operation.First, operation.Second, Function, "v"));
                break;
            case BatchOperationKind.Delete:
                _pending.Delete(key);
                break;
            case BatchOperationKind.Get:
                Get(guest, memory, index, key);
                break;
            case BatchOperationKind.Lock:
                Commit(guest, index);
                Lock(guest, memory, operation, key);
                break;
            default:
                Commit(guest, index);
                Unlock(guest, operation);
                break;
        }
    }

    private void Get(GuestContext guest, GuestMemory memory, int index, ReadOnlySpan<byte> key)
    {
        var length = -1;
        if (FindPending(memory, index, key) is { } write)
        {
            if (write.Kind == BatchOperationKind.Set)
            {
                Results.Values.Write(memory.Range(write.First, write.Second, Function, "v"));
                length = write.Second;
            }
        }
        else
        {
            var read = HostWait.For(
                guest,
                guest.Host.GetAsync(Copy(key), Results.Values, guest.Cancellation)
            );
            length = read.Found ? read.Length : -1;
        }

        Results.Add(index, length);
        memory.WriteInt32(_operations[index].Second, length, Function, "out_len_ptr");
    }

    /// <summary>
    /// The batch's own write of that key that is not committed yet, if there is one.
    /// </summary>
    private BatchOperation? FindPending(GuestMemory memory, int index, ReadOnlySpan<byte> key)
    {
        if (_pending.Count == 0)
        {
            return null;
        }

        for (var at = index - 1; at >= _pendingFrom; at--)
        {
            var earlier = _operations[at];
            if (
                earlier.IsWrite
                && earlier.KeyLength == key.Length
                && Key(memory, earlier).SequenceEqual(key)
            )
            {
                return earlier;
            }
        }

        return null;
    }

    private static void Lock(
        GuestContext guest,
        GuestMemory memory,
        in BatchOperation operation,
        ReadOnlySpan<byte> key
    )
    {
        var wanted = new KvKey(key.ToArray());
        var locking = guest.Host.LockAsync(wanted, LockMode.Write, guest.Cancellation);
        var id = HostWait.For(guest, locking).Id;
        memory.WriteInt32(operation.Second, id, Function, "out_lock_id_ptr");
    }

    private static void Unlock(GuestContext guest, in BatchOperation operation)
    {
        if (!guest.Host.Unlock(operation.First))
        {
            throw new GuestFaultException(
                InvocationStatus.Trapped,
                $"{Function}: this invocation holds no lock {operation.First}; expected an id that "
                    + "a lock operation gave it."
            );
        }
    }

    private void Commit(GuestContext guest, int next)
    {
        _pendingFrom = next;
        if (_pending.Count == 0)
        {
            return;
        }

        var result = HostWait.For(guest, guest.Host.CommitAsync(_pending, guest.Cancellation));
        _pending.Clear();
        if (!result.IsCommitted)
        {
            throw new GuestFaultException(
                StatusOf(result),
                $"{Function}: not committed: {result.Reason ?? result.Status.ToString()}"
            );
        }
    }

    private static InvocationStatus StatusOf(in CommitResult result) =>
        result.Rejection switch
        {
            CommitRejection.StorageFull => InvocationStatus.StorageFull,
            CommitRejection.Overloaded => InvocationStatus.Overloaded,
            CommitRejection.TooLarge => InvocationStatus.TooLarge,
            CommitRejection.CrossPartition => InvocationStatus.PermissionDenied,
            CommitRejection.QuotaExceeded => InvocationStatus.QuotaExceeded,
            CommitRejection.Closed => InvocationStatus.Unavailable,
            _ when result.Status == CommitStatus.ConditionFailed => InvocationStatus.Conflict,
            _ => InvocationStatus.StorageFailed,
        };

    private static ReadOnlySpan<byte> Key(GuestMemory memory, in BatchOperation operation) =>
        memory.Range(operation.KeyAddress, operation.KeyLength, Function, "key_ptr");

    /// <summary>A copy that stays unchanged until the next one.</summary>
    private KvKey Copy(ReadOnlySpan<byte> key)
    {
        if (_key.Length < key.Length)
        {
            _key = new byte[Math.Max(256, key.Length)];
        }

        key.CopyTo(_key);
        return new KvKey(_key.AsMemory(0, key.Length));
    }
}
