using Waverless.Kv;

namespace Waverless.Storage.Backups;

/// <summary>How much room there is on a disk.</summary>
internal static class DiskRoom
{
    /// <summary>Free bytes where a folder is; null if the system does not tell.</summary>
    public static long? FreeBytes(string folder)
    {
        try
        {
            return new DriveInfo(folder).AvailableFreeSpace;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    /// <summary>
    /// What is kept free where nobody says: room for write buffers that go to table files, on a
    /// small disk an eighth of it.
    /// </summary>
    public static long Reserve(RocksDbStorageOptions options)
    {
        try
        {
            var total = new DriveInfo(options.Folder).TotalSize;
            return Math.Min(2 * options.WriteBufferBytes, total / 8);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return 0;
        }
    }

    /// <summary>Refuses what does not fit before it fills the disk.</summary>
    public static void Check(string folder, long bytes)
    {
        if (FreeBytes(folder) is { } free && free < bytes)
        {
            throw new StorageException(
                StorageError.Failed,
                $"storage: {folder} has {free} bytes of room, expected at least {bytes}"
            );
        }
    }
}
