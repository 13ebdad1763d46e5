namespace Waverless.Apps;

/// <summary>What happens to an event that is out of attempts.</summary>
public enum PoisonPolicy
{
    /// <summary>It becomes a dead letter, and the events behind it go on.</summary>
    DeadLetter,

    /// <summary>
    /// Its ordering key waits for a person: the event stays, and those behind it stay in order. An
    /// event without an ordering key becomes a dead letter.
    /// </summary>
    Park,
}
