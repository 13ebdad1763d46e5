namespace Waverless.Storage.Backups;

/// <summary>How far a restore is; what a crash in each leaves is tested.</summary>
internal enum RestoreStep
{
    /// <summary>Some files are copied.</summary>
    Copying,

    /// <summary>Every file is copied and was what the manifest says.</summary>
    Copied,

    /// <summary>The copy is a store of its own, all of it on the disk.</summary>
    Stamped,

    /// <summary>From here on the new store is the one that opens.</summary>
    Decided,

    /// <summary>A part of the old store has made room.</summary>
    OldMoved,

    /// <summary>A part of the new store is in its place.</summary>
    NewMoved,

    /// <summary>Everything is in place; only the old store is still to be deleted.</summary>
    Moved,
}
