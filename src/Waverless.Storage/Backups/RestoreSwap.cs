using Waverless.Diagnostics;
using Waverless.Storage.Native;

namespace Waverless.Storage.Backups;

/// <summary>
/// Puts a restored store in the place of the old one. It is decided by one rename; the moves after
/// it are done by the restore, or by the next opening if the restore was interrupted.
/// </summary>
internal static class RestoreSwap
{
    /// <summary>Decides for a complete copy.</summary>
    public static void Decide(string store)
    {
        Directory.Move(BackupLayout.Restoring(store), BackupLayout.Restored(store));
        FolderSync.Flush(Path.GetDirectoryName(store)!);
    }

    /// <summary>Finishes what was decided, if anything was.</summary>
    /// <param name="store">The data folder, an absolute path.</param>
    /// <param name="reached">Called after each step; for tests.</param>
    public static void Finish(string store, Action<RestoreStep>? reached = null)
    {
        var restored = BackupLayout.Restored(store);
        if (Directory.Exists(restored))
        {
            foreach (var part in Directory.GetDirectories(restored))
            {
                Replace(part, store, reached);
            }

            Directory.Delete(restored);
            FolderSync.Flush(Path.GetDirectoryName(store)!);
            reached?.Invoke(RestoreStep.Moved);
        }

        FolderCopy.Delete(BackupLayout.Replaced(store));
    }

    private static void Replace(string part, string store, Action<RestoreStep>? reached)
    {
        var name = Path.GetFileName(part);
        var place = BackupLayout.PlaceOf(name, store);
        var replaced = BackupLayout.Replaced(store);
        var parent = Path.GetDirectoryName(store)!;
        if (Directory.Exists(place))
        {
            Directory.CreateDirectory(replaced);
            FolderCopy.Delete(Path.Combine(replaced, name));
            Directory.Move(place, Path.Combine(replaced, name));
            FolderSync.Flush(replaced);
            FolderSync.Flush(parent);
            reached?.Invoke(RestoreStep.OldMoved);
            Failpoints.Pass(Failpoint.RestoreOldMoved);
        }

        Directory.Move(part, place);
        FolderSync.Flush(parent);
        FolderSync.Flush(BackupLayout.Restored(store));
        reached?.Invoke(RestoreStep.NewMoved);
        Failpoints.Pass(Failpoint.RestoreNewMoved);
    }
}
