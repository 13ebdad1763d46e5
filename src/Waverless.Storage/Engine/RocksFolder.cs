using System.Globalization;
using Waverless.Kv;
using Waverless.Storage.Backups;
using Waverless.Storage.Keyspaces;
using Waverless.Storage.Native;

namespace Waverless.Storage.Engine;

/// <summary>Opens data folders and says what stands in the way.</summary>
internal static class RocksFolder
{
    private const string OwnerFile = "OWNER";

    /// <summary>Opens or creates the database in a folder.</summary>
    public static RocksDatabase Open(RocksDbStorageOptions options)
    {
        var folder = options.Folder;
        try
        {
            RestoreSwap.Finish(Path.TrimEndingDirectorySeparator(Path.GetFullPath(folder)));
            Directory.CreateDirectory(folder);
            var database = RocksDatabase.Open(
                folder,
                new RocksTuning(
                    options.BlockCacheBytes,
                    options.WriteBufferBytes,
                    options.LogBytesMax
                )
            );
            WriteOwner(folder);
            return database;
        }
        catch (RocksDbException e)
        {
            throw Describe(folder, e);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new StorageException(
                StorageError.FolderUnusable,
                $"storage: the data folder {folder} cannot be used: {e.Message}",
                e
            );
        }
        catch (DllNotFoundException e)
        {
            throw new StorageException(
                StorageError.Failed,
                $"storage: the RocksDB library does not load on this platform: {e.Message}",
                e
            );
        }
    }

    /// <summary>
    /// The incarnation of the store in a folder; 0 if there is none, or none that opens.
    /// </summary>
    /// <exception cref="StorageException"><c>FolderInUse</c>: somebody has it open.</exception>
    public static uint IncarnationOf(string folder)
    {
        if (!File.Exists(Path.Combine(folder, "CURRENT")))
        {
            return 0;
        }

        try
        {
            using var keyspace = new RocksKeyspace(
                RocksDatabase.Open(folder, RocksTuning.Small),
                folder
            );
            return StoreHeader.Open(keyspace, folder, upgrade: false);
        }
        catch (RocksDbException e) when (e.Kind == NativeErrorKind.Locked)
        {
            throw Describe(folder, e);
        }
        catch (Exception e) when (e is RocksDbException or StorageException)
        {
            // A store that does not open is what restores are for.
            return 0;
        }
    }

    private static StorageException Describe(string folder, RocksDbException e) =>
        e.Kind switch
        {
            NativeErrorKind.Locked => new StorageException(
                StorageError.FolderInUse,
                $"storage: the data folder {folder} is in use by {Owner(folder)}",
                e
            ),
            NativeErrorKind.Corrupt => new StorageException(
                StorageError.Corrupted,
                $"storage: the data folder {folder} is damaged: {e.Message}",
                e
            ),
            _ => new StorageException(
                StorageError.FolderUnusable,
                $"storage: the data folder {folder} cannot be opened: {e.Message}",
                e
            ),
        };

    /// <summary>
    /// Leaves a note for whoever finds the folder locked; the lock itself is RocksDB's.
    /// </summary>
    private static void WriteOwner(string folder)
    {
        try
        {
            File.WriteAllText(
                Path.Combine(folder, OwnerFile),
                Environment.ProcessId.ToString(CultureInfo.InvariantCulture)
            );
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // The note is a courtesy: a folder without it is as well protected.
        }
    }

    private static string Owner(string folder)
    {
        try
        {
            var pid = File.ReadAllText(Path.Combine(folder, OwnerFile)).Trim();
            return pid == Environment.ProcessId.ToString(CultureInfo.InvariantCulture)
                ? $"this process (pid {pid})"
                : $"another process (pid {pid})";
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return "another process";
        }
    }
}
