using System.Buffers.Binary;
using Waverless.Kv;

namespace Waverless.Locks;

/// <summary>
/// The system record that stands for a hold. Its key: "lock/", the locked key, 0, boot id (8),
/// number of the hold (8); its value: version (1), mode (1). A later boot never meets a record of
/// its own, and the records of an earlier one stand for nobody.
/// </summary>
internal static class LockRecord
{
    private const byte Version = 1;

    /// <summary>What the keys of all records begin with.</summary>
    public const string PrefixText = "lock/";

    private static ReadOnlySpan<byte> Prefix => "lock/"u8;

    public static byte[] KeyOf(KvKey locked, ulong boot, ulong hold)
    {
        var key = new byte[Prefix.Length + locked.Span.Length + 17];
        Prefix.CopyTo(key);
        locked.Span.CopyTo(key.AsSpan(Prefix.Length));
        var tail = key.AsSpan(Prefix.Length + locked.Span.Length + 1);
        BinaryPrimitives.WriteUInt64BigEndian(tail, boot);
        BinaryPrimitives.WriteUInt64BigEndian(tail[8..], hold);
        return key;
    }

    /// <summary>Tells records of one boot from those of others.</summary>
    public static Func<ReadOnlyMemory<byte>, bool> IsOf(ulong boot) =>
        key => key.Length > 16 && BinaryPrimitives.ReadUInt64BigEndian(key.Span[^16..]) == boot;

    public static ReadOnlySpan<byte> ValueOf(LockMode mode) =>
        mode == LockMode.Write ? [Version, 0] : [Version, 1];
}
