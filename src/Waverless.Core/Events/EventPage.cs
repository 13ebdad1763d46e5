namespace Waverless.Events;

/// <summary>Events that were read from the store.</summary>
/// <param name="Events">Those that could be decoded, in running order.</param>
/// <param name="Last">Position of the last record, decoded or not: reading goes on behind it.</param>
/// <param name="IsLast">Whether the store had no more.</param>
internal readonly record struct EventPage(
    List<PendingEvent> Events,
    EventPosition Last,
    bool IsLast
);
