using System.Diagnostics.CodeAnalysis;

namespace Waverless.Invocations;

/// <summary>
/// The one place where a thread waits for something asynchronous, on behalf of a synchronous
/// guest. On a guest thread the processor permit goes to another meanwhile.
/// </summary>
[SuppressMessage(
    "Usage",
    "VSTHRD002:Avoid problematic synchronous waits",
    Justification = "A synchronous guest cannot be suspended; this is where its thread waits."
)]
internal sealed class ThreadWaiter(IGuestThreads threads)
{
    /// <summary>The guest threads if the calling thread is one of them.</summary>
    public IGuestThreads? Own => threads.IsGuestThread ? threads : null;

    public T Wait<T>(ValueTask<T> call)
    {
        if (call.IsCompleted)
        {
            return call.GetAwaiter().GetResult();
        }

        var permit = threads.IsGuestThread;
        if (permit)
        {
            threads.BeginWait();
        }

        try
        {
            return call.AsTask().GetAwaiter().GetResult();
        }
        finally
        {
            if (permit)
            {
                threads.EndWait();
            }
        }
    }

    /// <summary>A guest that computes for long lets others compute in between.</summary>
    public void TakeTurns()
    {
        if (threads.IsGuestThread)
        {
            threads.TakeTurns();
        }
    }

    public void Wait(ValueTask call)
    {
        if (call.IsCompleted)
        {
            call.GetAwaiter().GetResult();
            return;
        }

        Wait(Finish(call));

        static async ValueTask<bool> Finish(ValueTask call)
        {
            await call;
            return true;
        }
    }
}
