namespace Waverless.Kv;

/// <summary>
/// Identity of a commit that may be repeated: a command id is applied once. The default value
/// means "not repeated" and is never looked up.
/// </summary>
/// <param name="Client">Random identity of the writer; 0 only in the default value.</param>
/// <param name="Sequence">The writer's own counter, growing.</param>
public readonly record struct CommandId(ulong Client, ulong Sequence)
{
    /// <summary>Whether the commit carries an identity at all.</summary>
    public bool IsPresent => Client != 0;
}
