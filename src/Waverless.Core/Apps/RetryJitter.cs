namespace Waverless.Apps;

/// <summary>How much of a pause before the next attempt is left to chance.</summary>
public enum RetryJitter
{
    /// <summary>Nothing: every pause is as long as it may be.</summary>
    None,

    /// <summary>The second half of it.</summary>
    Equal,

    /// <summary>All of it.</summary>
    Full,
}
