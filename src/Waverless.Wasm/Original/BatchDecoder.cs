using System.Buffers.Binary;
using Waverless.Invocations;
using Waverless.Wasm.Instances;

namespace Waverless.Wasm.Original;

/// <summary>
/// Decodes the original ABI's batch: <c>[count, op...]</c> of little-endian 32-bit integers.
/// SET is 5 long, GET 4, DELETE 3, LOCK 5. The original's guest library pushes 4 integers for an
/// unlock where its host read 5: only one of the two uses up the array exactly, and that one holds
/// for the whole batch (5 if both do).
/// </summary>
internal static class BatchDecoder
{
    /// <summary>Most operations in one batch.</summary>
    internal const int OperationsMax = 10_000;

    private const int UnlockFull = 5;
    private const int UnlockShort = 4;

    /// <summary>Decodes a batch into <paramref name="into"/>, which is cleared first.</summary>
    /// <param name="array">The guest's array, four bytes an integer.</param>
    /// <param name="into">Receives the operations.</param>
    /// <exception cref="GuestFaultException">The array is not a batch.</exception>
    internal static void Decode(ReadOnlySpan<byte> array, List<BatchOperation> into)
    {
        into.Clear();
        if (array.Length < sizeof(int))
        {
            throw Malformed("opes_len is 0; expected at least the operation count");
        }

        var count = IntegerAt(array, 0);
        if (count is < 0 or > OperationsMax)
        {
            throw Malformed($"the operation count is {count}; expected 0 to {OperationsMax}");
        }

        var refusal = TryDecode(array, count, UnlockFull, into);
        if (refusal is not null && TryDecode(array, count, UnlockShort, into) is not null)
        {
            into.Clear();
            throw Malformed(refusal);
        }
    }

    private static string? TryDecode(
        ReadOnlySpan<byte> array,
        int count,
        int unlockLength,
        List<BatchOperation> into
    )
    {
        into.Clear();
        var length = array.Length / sizeof(int);
        var at = 1;
        for (var index = 0; index < count; index++)
        {
            if (at >= length)
            {
                return $"the array of {length} integers ends before operation {index} of {count}";
            }

            var size = SizeAt(array, at, length, unlockLength);
            if (size == 0)
            {
                return $"operation {index} has code {IntegerAt(array, at)}; expected 1 (set), "
                    + "2 (get), 3 (lock) or 4 (delete)";
            }

            if (at + size > length)
            {
                return $"operation {index} needs {size} integers, of which the array of {length} "
                    + $"holds {length - at}";
            }

            into.Add(Read(array, at, size));
            at += size;
        }

        return at == length
            ? null
            : $"{count} operations take {at} integers; opes_len says {length}";
    }

    private static int SizeAt(ReadOnlySpan<byte> array, int at, int length, int unlockLength) =>
        IntegerAt(array, at) switch
        {
            (int)BatchOperationKind.Set => 5,
            (int)BatchOperationKind.Get => 4,
            (int)BatchOperationKind.Delete => 3,
            (int)BatchOperationKind.Lock => at + 3 < length && IntegerAt(array, at + 3) >= 0
                ? unlockLength
                : 5,
            _ => 0,
        };

    private static BatchOperation Read(ReadOnlySpan<byte> array, int at, int size)
    {
        var kind = (BatchOperationKind)IntegerAt(array, at);
        var first = size > 3 ? IntegerAt(array, at + 3) : 0;
        var second = size > 4 ? IntegerAt(array, at + 4) : 0;
        if (kind == BatchOperationKind.Get)
        {
            (first, second) = (0, first);
        }
        else if (kind == BatchOperationKind.Lock && first >= 0)
        {
            kind = BatchOperationKind.Unlock;
        }

        return new BatchOperation(
            kind,
            IntegerAt(array, at + 1),
            IntegerAt(array, at + 2),
            first,
            second
        );
    }

    private static int IntegerAt(ReadOnlySpan<byte> array, int index) =>
        BinaryPrimitives.ReadInt32LittleEndian(array[(index * sizeof(int))..]);

    private static GuestFaultException Malformed(string reason) =>
        new(InvocationStatus.Trapped, $"kv_batch_ope: {reason}.");
}
