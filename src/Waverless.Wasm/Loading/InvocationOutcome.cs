using Microsoft.Extensions.Logging;
using Waverless.Invocations;
using Waverless.Wasm.Instances;
using Waverless.Wasm.Native;

namespace Waverless.Wasm.Loading;

/// <summary>Turns how a guest ended into an invocation's result.</summary>
internal static class InvocationOutcome
{
    // Wasmtime's C API tells this case by its text alone; a test holds the text in place.
    private const string PoolExhausted = "maximum concurrent";

    private const int MemoryHeadroomDivisor = 4;

    internal static InvocationResult Of(
        GuestContext guest,
        in GuestInstance instance,
        FunctionBinding function,
        in NativeFailure failure
    )
    {
        if (guest.ExitCode == 0)
        {
            return InvocationResult.Completed(guest.Output.TakeResult());
        }

        if (guest.TryGetFailure(out var status, out var message))
        {
            return InvocationResult.Fail(status, message);
        }

        var address = guest.Call.Address;
        if (failure.Code == TrapCode.StackOverflow)
        {
            return InvocationResult.Fail(
                InvocationStatus.StackExhausted,
                $"{address} recursed beyond its stack of {guest.App.StackBytesMax} bytes."
            );
        }

        if (failure.Code == TrapCode.None)
        {
            return failure.Message.Contains(PoolExhausted, StringComparison.Ordinal)
                ? InvocationResult.Fail(
                    InvocationStatus.Overloaded,
                    $"{address} found no free instance slot: {failure.Cause}"
                )
                : InvocationResult.Fail(
                    InvocationStatus.Failed,
                    $"{address} could not run: {failure.Cause}"
                );
        }

        guest.Host.Log(LogLevel.Error, failure.Message);
        return Trapped(guest, failure, instance.MemoryLength, function.MemoryBytesMax);
    }

    /// <summary>
    /// No instruction traps for want of memory: a guest that is refused memory usually gives up
    /// by itself. A trap with little room left therefore counts as out of memory.
    /// </summary>
    private static InvocationResult Trapped(
        GuestContext guest,
        in NativeFailure failure,
        long used,
        long most
    )
    {
        var isExhausted = used >= most - (most / MemoryHeadroomDivisor);
        var words = guest.Output.Words;
        var said = words.Length == 0 ? "" : $" It said: {words}";
        return InvocationResult.Fail(
            isExhausted ? InvocationStatus.OutOfMemory : InvocationStatus.Trapped,
            $"{guest.Call.Address} trapped: {failure.Cause}. Its memory had grown to {used} of "
                + $"{most} bytes (limits: memory).{said}"
        );
    }
}
