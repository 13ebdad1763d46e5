namespace Waverless.Kv;

/// <summary>What happened to a key.</summary>
public enum KvChangeKind
{
    /// <summary>A value was written.</summary>
    Set,

    /// <summary>The key was deleted.</summary>
    Delete,

    /// <summary>The key's deadline had passed, and it was deleted for good.</summary>
    Expire,
}

/// <summary>One change of one key, as watch delivers it; owns its memory.</summary>
/// <param name="Revision">The commit that made the change.</param>
/// <param name="Kind">What happened.</param>
/// <param name="Key">The key.</param>
/// <param name="Value">
/// The value that was set; null when deleted, or when it is longer than the change log keeps
/// (4 KiB) and has to be read by key.
/// </param>
public sealed record KvChange(
    Revision Revision,
    KvChangeKind Kind,
    KvKey Key,
    ReadOnlyMemory<byte>? Value
);
