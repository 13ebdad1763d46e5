using System.Runtime.InteropServices;
using CsCheck;
using Waverless.Wasm.Instances;

namespace Waverless.Wasm.Original;

public sealed class BatchDecoderTests
{
    // Mostly small numbers, so that random arrays get beyond their first operation.
    private static readonly Gen<int> Integer = Gen.Frequency(
        (8, Gen.Int[-1, 6]),
        (1, Gen.Int[-20, 20_000]),
        (1, Gen.Int)
    );

    [Fact]
    public void Random_integers_decode_or_are_refused()
    {
        Integer
            .Array[0, 64]
            .Sample(
                integers =>
                {
                    var operations = new List<BatchOperation>();
                    try
                    {
                        BatchDecoder.Decode(Bytes(integers), operations);
                    }
                    catch (GuestFaultException e)
                    {
                        Assert.StartsWith("kv_batch_ope: ", e.Message, StringComparison.Ordinal);
                        Assert.Empty(operations);
                        return;
                    }

                    Assert.Equal(integers[0], operations.Count);
                },
                iter: 20_000
            );
    }

    [Fact]
    public void What_is_encoded_decodes_to_the_same_operations()
    {
        Gen.Select(Operation.Array[0, 20], Gen.Bool)
            .Sample(
                (operations, shortUnlock) =>
                {
                    var decoded = new List<BatchOperation>();
                    var array = Encode(operations, shortUnlock ? 4 : 5);
                    BatchDecoder.Decode(Bytes(array), decoded);
                    Assert.Equal(operations, decoded.Select(WithoutUnlockPointer));
                },
                iter: 5_000
            );
    }

    [Theory]
    [InlineData(new int[0], "opes_len is 0")]
    [InlineData(new[] { -1 }, "operation count is -1")]
    [InlineData(new[] { 10_001 }, "operation count is 10001; expected 0 to 10000")]
    [InlineData(new[] { 1 }, "ends before operation 0 of 1")]
    [InlineData(new[] { 1, 9, 0, 0 }, "operation 0 has code 9; expected 1 (set), 2 (get)")]
    [InlineData(new[] { 1, 5, 0, 0, 0, 0 }, "operation 0 has code 5")]
    [InlineData(new[] { 1, 1, 0, 0 }, "operation 0 needs 5 integers")]
    [InlineData(new[] { 0, 7 }, "0 operations take 1 integers; opes_len says 2")]
    public void A_malformed_array_is_refused_by_name(int[] array, string expected)
    {
        var e = Assert.Throws<GuestFaultException>(() => BatchDecoder.Decode(Bytes(array), []));
        Assert.Contains(expected, e.Message, StringComparison.Ordinal);
    }

    private static Gen<BatchOperation> Operation =>
        from kind in Gen.Enum<BatchOperationKind>()
        // As in real guests, no key lies where an operation's code could be meant.
        from key in Gen.Int[1_024, int.MaxValue]
        from length in Gen.Int
        from first in Gen.Int
        from second in Gen.Int
        select kind switch
        {
            BatchOperationKind.Set => new BatchOperation(kind, key, length, first, second),
            BatchOperationKind.Get => new BatchOperation(kind, key, length, 0, second),
            BatchOperationKind.Lock => new(kind, key, length, first | int.MinValue, second),
            BatchOperationKind.Unlock => new(kind, key, length, first & int.MaxValue, 0),
            _ => new BatchOperation(kind, key, length, 0, 0),
        };

    private static BatchOperation WithoutUnlockPointer(BatchOperation operation) =>
        operation.Kind == BatchOperationKind.Unlock ? operation with { Second = 0 } : operation;

    private static int[] Encode(BatchOperation[] operations, int unlockLength) =>
        [operations.Length, .. operations.SelectMany(op => Encode(op, unlockLength))];

    private static int[] Encode(BatchOperation op, int unlockLength)
    {
        int[] head =
        [
            op.Kind == BatchOperationKind.Unlock ? 3 : (int)op.Kind,
            op.KeyAddress,
            op.KeyLength,
        ];
        return op.Kind switch
        {
            BatchOperationKind.Set => [.. head, op.First, op.Second],
            BatchOperationKind.Get => [.. head, op.Second],
            BatchOperationKind.Lock => [.. head, op.First, op.Second],
            BatchOperationKind.Unlock when unlockLength == 5 => [.. head, op.First, 77],
            BatchOperationKind.Unlock => [.. head, op.First],
            _ => head,
        };
    }

    private static byte[] Bytes(int[] integers) =>
        MemoryMarshal.AsBytes(integers.AsSpan()).ToArray();
}
