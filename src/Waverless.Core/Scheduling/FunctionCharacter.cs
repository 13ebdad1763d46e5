namespace Waverless.Scheduling;

/// <summary>
/// What is known of a function when one invocation of it is placed; learned from what it did.
/// The default says that nothing is known.
/// </summary>
public readonly record struct FunctionCharacter
{
    /// <summary>Expected run time in milliseconds; 0: unknown.</summary>
    public float RunMs { get; init; }

    /// <summary>What a cold start adds, in milliseconds; 0: unknown.</summary>
    public float ColdStartMs { get; init; }

    /// <summary>Reads and commits of one invocation: round trips when it runs away from home.</summary>
    public float KvCalls { get; init; }

    /// <summary>Bytes that one invocation reads from and writes to its partition.</summary>
    public float KvBytes { get; init; }

    /// <summary>Whether it touches no keys, messages or timers, so that no node is its home.</summary>
    public bool IsStateless { get; init; }
}
