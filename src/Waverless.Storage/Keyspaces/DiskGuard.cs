namespace Waverless.Storage.Keyspaces;

/// <summary>
/// Refuses writes while there is still room to finish what was taken. RocksDB, once a write of its
/// own has met a full disk, looks only every 5 s whether there is room again, by a constant of its
/// own; what is refused here is taken again with the first write that finds room. Thread-safe.
/// </summary>
/// <param name="reserveBytes">Free bytes below which nothing more is taken; 0: takes all.</param>
/// <param name="freeBytes">Free bytes of the disk; null: the system does not tell.</param>
internal sealed class DiskGuard(long reserveBytes, Func<long?> freeBytes)
{
    /// <summary>Bytes that are taken between two looks at the disk.</summary>
    public const long LookEveryBytes = 1024 * 1024;

    private long _bytesToLook;

    /// <summary>Why so many bytes are not taken; null: they are.</summary>
    public string? Refuse(int bytes)
    {
        if (reserveBytes == 0 || Interlocked.Add(ref _bytesToLook, -bytes) >= 0)
        {
            return null;
        }

        if (freeBytes() is not { } free)
        {
            Volatile.Write(ref _bytesToLook, LookEveryBytes);
            return null;
        }

        var room = free - reserveBytes - bytes;
        Volatile.Write(ref _bytesToLook, Math.Clamp(room, 0, LookEveryBytes));
        return room >= 0
            ? null
            : $"storage: the disk is full: {free} bytes are free, of which {reserveBytes} are kept "
                + "for what is to be written already";
    }
}
