namespace Waverless.Apps;

/// <summary>What happens to an event that is out of attempts.</summary>
public enum PoisonPolicy
{
    /// <summary>It becomes a dead letter, and the events behind it go on.</summary>
    DeadLetter,

    /// <summary>Its key waits for a person.</summary>
    Park,
}
