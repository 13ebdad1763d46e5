namespace Waverless.Storage.Backups;

/// <summary>Names in a backup folder, and beside a data folder while one is restored.</summary>
internal static class BackupLayout
{
    /// <summary>The file that lists all others.</summary>
    public const string ManifestFile = "waverless-backup.json";

    /// <summary>The folder of the store's files.</summary>
    public const string Store = "store";

    /// <summary>A folder of this name goes beside the store's.</summary>
    public const string Packages = "packages";

    /// <summary>The version of this layout.</summary>
    public const int Version = 1;

    /// <summary>Where a backup is written until it is complete.</summary>
    public static string Partial(string backup) => backup + ".partial";

    /// <summary>The store's own copy of itself, by links, while a backup copies it.</summary>
    public static string Checkpoint(string store) => store + ".checkpoint";

    /// <summary>Where a restore copies to; of no meaning yet.</summary>
    public static string Restoring(string store) => store + ".restoring";

    /// <summary>A complete restored store that takes the place of the old one.</summary>
    public static string Restored(string store) => store + ".restored";

    /// <summary>What a restore has replaced, until it is deleted.</summary>
    public static string Replaced(string store) => store + ".replaced";

    /// <summary>Where a part of a backup belongs.</summary>
    public static string PlaceOf(string part, string store) =>
        part == Store ? store : Path.Combine(Path.GetDirectoryName(store)!, part);

    /// <summary>The parts that a backup may have.</summary>
    public static bool IsPart(string name) => name is Store or Packages;
}
