namespace Waverless.Events;

/// <summary>
/// Where an event record stands among its function's records, which is also the order in which
/// they run. <c>Revision</c> and <c>Ordinal</c> are those of the commit that created the event and
/// make its stable identity within the partition; they never change when it is retried.
/// </summary>
/// <param name="DueMs">Unix milliseconds for due records; 0 for all others.</param>
/// <param name="Priority">0 runs first; 128 is normal.</param>
/// <param name="Revision">Revision number of the commit that created the event.</param>
/// <param name="Ordinal">Which of that commit's events.</param>
public readonly record struct EventPosition(long DueMs, byte Priority, ulong Revision, int Ordinal)
{
    /// <summary>The priority of events that ask for none.</summary>
    public const byte NormalPriority = 128;
}
