using Waverless.Invocations;

namespace Waverless.Events;

/// <summary>Drains a lane on a guest thread, a turn at a time.</summary>
internal sealed class LaneDrain(FunctionLane lane, ThreadWaiter waiter, IGuestThreads threads)
    : IThreadWork
{
    public void Run()
    {
        while (waiter.Wait(lane.DrainTurnAsync(waiter)))
        {
            if (threads.TryQueue(this))
            {
                return;
            }
        }
    }
}
