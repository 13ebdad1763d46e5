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
        var (used, most) = (instance.MemoryLength, function.MemoryBytesMax);

        // A guest whose memory may not grow any further usually gives up with a trap.
        return used + GuestInstance.PageBytes > most
            ? InvocationResult.Fail(
                InvocationStatus.OutOfMemory,
                $"{address} used up its {most} bytes of memory (limits: memory) and trapped: "
                    + $"{failure.Cause}."
            )
            : InvocationResult.Fail(
                InvocationStatus.Trapped,
                $"{address} trapped: {failure.Cause}; its memory had {used} of {most} bytes."
            );
    }
}
