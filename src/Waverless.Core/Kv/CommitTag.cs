namespace Waverless.Kv;

/// <summary>
/// Operations of a commit. The numbers are part of the disk, log and wire format.
/// </summary>
public enum CommitTag : byte
{
    /// <summary>Condition: the key's value was written by the commit <c>Number</c>.</summary>
    RequireRevision = 1,

    /// <summary>Condition: the key is absent.</summary>
    RequireAbsent = 2,

    /// <summary>Condition: the key is present.</summary>
    RequirePresent = 3,

    /// <summary>
    /// Condition: no key of <c>[Key, Value)</c> changed after the commit <c>Number</c>.
    /// </summary>
    RequireRangeUnchanged = 4,

    /// <summary>
    /// What the partition's keys and blobs may take: bytes in <c>Number</c>, keys in
    /// <c>Position.Revision</c>. A commit that would add to more than that is rejected.
    /// </summary>
    Quota = 5,

    /// <summary>
    /// What the partition may keep for later: timers in <c>Number</c>, delayed messages in
    /// <c>Position.Revision</c>. A commit that would add to more than that is rejected as
    /// <c>Overloaded</c>, or as <c>StorageFull</c> if <c>Position.Priority</c> is 1.
    /// </summary>
    DeferredMax = 6,

    /// <summary>
    /// Condition: the record of an event is still there, so that it was not ended by another run.
    /// </summary>
    RequireEvent = 7,

    /// <summary>Writes a value.</summary>
    Put = 16,

    /// <summary>Deletes a key; no effect if absent.</summary>
    Delete = 17,

    /// <summary>Deletes a key only if its value was written by the commit <c>Number</c>.</summary>
    DeleteIfRevision = 18,

    /// <summary>
    /// Writes a value that is absent from a store time on, in Unix milliseconds.
    /// </summary>
    PutUntil = 19,

    /// <summary>
    /// Writes a value that is absent after that many milliseconds of store time.
    /// </summary>
    PutFor = 20,

    /// <summary>
    /// Deletes a key for good whose deadline has passed, if its value was written by the commit
    /// <c>Number</c>.
    /// </summary>
    Expire = 21,

    /// <summary>Stores an event for a function of this or another partition.</summary>
    Event = 32,

    /// <summary>Takes an event over from another partition's outbox, once.</summary>
    Accept = 33,

    /// <summary>An event is done: its record goes.</summary>
    Complete = 48,

    /// <summary>
    /// An event is to be run again: its record is replaced and moves to its due time.
    /// </summary>
    Reschedule = 49,

    /// <summary>An event is out of attempts: its record moves to the dead letters.</summary>
    Bury = 50,

    /// <summary>An event of the outbox was accepted by its target: its record goes.</summary>
    Sent = 51,

    /// <summary>
    /// All ready records of a function up to a position are gone: reads start there.
    /// </summary>
    Cursor = 52,
}

/// <summary>When an event of a commit is stored, decided in apply.</summary>
public enum EventCondition : byte
{
    /// <summary>Always.</summary>
    Always = 0,

    /// <summary>Only if the key was absent before the commit.</summary>
    KeyWasAbsent = 1,

    /// <summary>Only if the key was present before the commit.</summary>
    KeyWasPresent = 2,

    /// <summary>Only if the key's value before was written by the commit <c>Number</c>.</summary>
    KeyHadRevision = 3,

    /// <summary>
    /// Only if the key's value was written by the commit <c>Number</c> and its deadline has passed.
    /// </summary>
    KeyExpired = 4,

    /// <summary>
    /// Only if a record of the system area is absent, which is then written with a deadline: the
    /// event is stored once while the record lives. Decided in the partition where it is to run.
    /// </summary>
    RecordWasAbsent = 5,
}
