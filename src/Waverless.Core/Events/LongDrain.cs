using Waverless.Invocations;

namespace Waverless.Events;

/// <summary>One turn of a lane whose function runs for long, on a guest thread.</summary>
internal sealed class LongDrain(FunctionLane lane, ThreadWaiter waiter, EventPump pump)
    : IThreadWork
{
    public void Run()
    {
        bool more;
        try
        {
            more = waiter.Wait(lane.DrainTurnAsync(waiter));
        }
        finally
        {
            pump.EndLongDrain();
        }

        if (more)
        {
            pump.StartDrain(lane);
        }
    }
}
