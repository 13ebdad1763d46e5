namespace Waverless.Events;

/// <summary>Tells other nodes of events of cascades that they wait for. Thread-safe.</summary>
internal interface ICascadeNews
{
    /// <summary>An event was created.</summary>
    void Created(in CascadeRef of, EventId id);

    /// <summary>An event has ended for good.</summary>
    void Ended(in CascadeRef of, EventId id, bool failed);

    /// <summary>An event was dropped.</summary>
    void Dropped(in CascadeRef of, EventId id);

    /// <summary>Messages were enqueued that begin cascades of their own later.</summary>
    void Deferred(in CascadeRef of, int count);
}
