namespace Waverless.Apps;

/// <summary>When the writes of a function commit.</summary>
public enum CommitMode
{
    /// <summary>All at once, when the function returns, with the completion of its event.</summary>
    Atomic,

    /// <summary>Each batch as it is made; a failed function keeps what it wrote.</summary>
    Immediate,
}
