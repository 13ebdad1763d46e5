namespace Waverless.Diagnostics;

/// <summary>
/// Places between two steps that must hold together, named after the step that was just done.
/// </summary>
internal enum Failpoint
{
    /// <summary>A commit is decided; nothing of it is written.</summary>
    CommitDecided,

    /// <summary>A commit is written; nobody has heard of it.</summary>
    CommitWritten,

    /// <summary>The pump knows of a commit's events; the caller has no answer.</summary>
    CommitAnnounced,

    /// <summary>A group of commits is written; none of the callers has an answer.</summary>
    GroupWritten,

    /// <summary>An event is about to run.</summary>
    EventTaken,

    /// <summary>A function has run; nothing says so.</summary>
    EventRan,

    /// <summary>An atomic function has run; its commit was not made.</summary>
    AtomicRan,

    /// <summary>An atomic function's commit was made; nobody has an answer.</summary>
    AtomicCommitted,

    /// <summary>Events are done, and their completions are about to be written.</summary>
    CompletionsTaken,

    /// <summary>Completions are written; lanes have not heard.</summary>
    CompletionsWritten,

    /// <summary>A failed event's new due time is about to be written.</summary>
    RetryDecided,

    /// <summary>A failed event waits for its retry on disk, not in memory yet.</summary>
    RetryWritten,

    /// <summary>An event is a dead letter on disk; nobody has heard.</summary>
    Buried,

    /// <summary>Events of an outbox were accepted by their target; the outbox has them still.</summary>
    OutboxAccepted,

    /// <summary>An outbox has let go of what its targets accepted.</summary>
    OutboxSent,

    /// <summary>What a restart left behind is read; nothing of it has run.</summary>
    Recovered,

    /// <summary>Timers that are due are read; nothing is committed.</summary>
    TimersRead,

    /// <summary>Timers have fired; the driver has not heard.</summary>
    TimersFired,

    /// <summary>The timers that an app declares are stored.</summary>
    TimersSetUp,

    /// <summary>Keys are expired for good; the driver has not heard.</summary>
    KeysExpired,

    /// <summary>A lock is written down; its holder does not know.</summary>
    LockTaken,

    /// <summary>A lock that was held is given back on disk.</summary>
    LockReleased,

    /// <summary>A piece of a blob is stored; no key names the blob.</summary>
    BlobWritten,

    /// <summary>An orphaned blob belongs to nobody; its pieces are stored still.</summary>
    BlobDoomed,

    /// <summary>A package is on disk; the catalog does not know it.</summary>
    PackageStored,

    /// <summary>The catalog has switched to a new version.</summary>
    CatalogSwitched,

    /// <summary>A backup has its checkpoint; nothing is copied.</summary>
    BackupCheckpointed,

    /// <summary>A backup is complete but for its name.</summary>
    BackupCopied,

    /// <summary>A restore has copied and verified every file.</summary>
    RestoreCopied,

    /// <summary>A restored store is a store of its own; the old one is the one that opens.</summary>
    RestoreStamped,

    /// <summary>A restore is decided; nothing is in its place.</summary>
    RestoreDecided,

    /// <summary>A part of the old store has made room for the restored one.</summary>
    RestoreOldMoved,

    /// <summary>A part of the restored store is in its place.</summary>
    RestoreNewMoved,
}
