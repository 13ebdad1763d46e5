namespace Waverless.Wasm.Original;

/// <summary>
/// One operation of a batch as decoded: all numbers are the guest's, still unchecked.
/// </summary>
/// <param name="Kind">What to do.</param>
/// <param name="KeyAddress">Where the key starts.</param>
/// <param name="KeyLength">Bytes of the key.</param>
/// <param name="First">Set: address of the value. Unlock: the lock's id.</param>
/// <param name="Second">Set: length of the value. Get, Lock: where the answer goes.</param>
internal readonly record struct BatchOperation(
    BatchOperationKind Kind,
    int KeyAddress,
    int KeyLength,
    int First,
    int Second
)
{
    internal bool IsWrite => Kind is BatchOperationKind.Set or BatchOperationKind.Delete;
}
