namespace Waverless.Storage.Apply;

/// <summary>
/// What a key belongs to: the byte after the partition's number. The numbers are part of the disk
/// format; partition number 0 holds what belongs to the node as a whole.
/// </summary>
internal enum KeySpace : byte
{
    /// <summary>Format version, incarnation, names of partitions; of the node.</summary>
    Meta = 1,

    /// <summary>Keys and values of the app.</summary>
    Values = 2,

    /// <summary>Event records by state, function and position.</summary>
    Events = 3,

    /// <summary>
    /// Functions that ever had records of a state, with the cursor of the ready ones.
    /// </summary>
    Functions = 4,

    /// <summary>Events taken over from other partitions' outboxes.</summary>
    Accepted = 5,

    /// <summary>The latest command ids of each client.</summary>
    Commands = 6,

    /// <summary>What each commit changed.</summary>
    ChangeLog = 7,

    /// <summary>Where the change log begins.</summary>
    ChangeLogFloor = 8,

    /// <summary>The platform's own records.</summary>
    Records = 9,

    /// <summary>Values with a deadline, in order of deadline.</summary>
    Deadlines = 10,

    /// <summary>How many keys and bytes the values take, once a quota has asked.</summary>
    Usage = 11,

    /// <summary>How many timers and delayed messages the partition keeps.</summary>
    Deferred = 12,
}
