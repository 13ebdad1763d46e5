namespace Waverless.Wasm.Native;

/// <summary>
/// A native call failed. Never leaves this package: callers turn it into their own error.
/// </summary>
internal sealed class NativeWasmException(NativeFailure failure) : Exception(failure.Message)
{
    internal NativeFailure Failure { get; } = failure;

    /// <summary>Throws if a native call answered with an error.</summary>
    internal static void ThrowIfError(nint error)
    {
        if (error != 0)
        {
            throw new NativeWasmException(NativeFailure.Take(error, trap: 0));
        }
    }
}
