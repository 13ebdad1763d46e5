namespace Waverless.Wasm.Original;

/// <summary>The operation codes of the original ABI.</summary>
internal enum BatchOperationKind
{
    Set = 1,
    Get = 2,
    Lock = 3,
    Delete = 4,

    /// <summary>
    /// A lock operation with a release id: not a code of its own in the guest's array.
    /// </summary>
    Unlock = 5,
}
