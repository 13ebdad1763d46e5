using System.Buffers.Binary;
using Waverless.Storage.Apply;
using Waverless.Storage.Keyspaces;

namespace Waverless.Storage.Moves;

/// <summary>Keys of a partition with and without its number in a store.</summary>
internal static class MovedKeys
{
    /// <summary>Bytes of a key that say which partition of the store it is of.</summary>
    public const int NumberBytes = sizeof(uint);

    /// <summary>Whether a key can be one of a partition, and not of the node.</summary>
    public static bool IsOfPartition(ReadOnlySpan<byte> rest) =>
        rest.Length > 0 && rest[0] is > (byte)KeySpace.Meta and <= (byte)KeySpace.Deferred;

    /// <summary>The key in the store.</summary>
    public static byte[] Whole(uint number, ReadOnlySpan<byte> rest)
    {
        var key = new byte[NumberBytes + rest.Length];
        BinaryPrimitives.WriteUInt32BigEndian(key, number);
        rest.CopyTo(key.AsSpan(NumberBytes));
        return key;
    }

    /// <summary>Opens a cursor over all of a partition.</summary>
    public static KeyCursor OpenAll(IKeyspaceView view, uint number) =>
        view.OpenCursor(Whole(number, default), Whole(number + 1, default));

    /// <summary>Deletes all of a partition.</summary>
    public static void DeleteAll(RecordBatch batch, uint number) =>
        batch.DeleteRange(Whole(number, default), Whole(number + 1, default));
}
