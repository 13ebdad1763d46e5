namespace Waverless.Apps;

/// <summary>What a function may do with the keys of a pattern.</summary>
[Flags]
public enum KeyOperations
{
    /// <summary>Nothing; a pattern may be declared for its trigger alone.</summary>
    None = 0,

    /// <summary>Read and scan (<c>get</c>, <c>read</c>).</summary>
    Get = 1,

    /// <summary>Write (<c>set</c>, <c>write</c>).</summary>
    Set = 2,

    /// <summary>Delete (<c>delete</c>).</summary>
    Delete = 4,
}
