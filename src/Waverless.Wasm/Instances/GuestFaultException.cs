using Waverless.Invocations;

namespace Waverless.Wasm.Instances;

/// <summary>
/// Ends one invocation from within a host call: thrown by host functions, turned into a trap at
/// the boundary, never seen outside this package.
/// </summary>
internal sealed class GuestFaultException(InvocationStatus status, string message)
    : Exception(message)
{
    internal InvocationStatus Status { get; } = status;
}
