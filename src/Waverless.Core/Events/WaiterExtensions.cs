using Waverless.Invocations;

namespace Waverless.Events;

/// <summary>
/// Lets one piece of code serve drains of both kinds: on a guest thread the wait happens here, so
/// that what follows runs on the same thread; elsewhere it is the caller's to await.
/// </summary>
internal static class WaiterExtensions
{
    extension(ThreadWaiter? waiter)
    {
        public ValueTask On(ValueTask call)
        {
            if (waiter is null || call.IsCompletedSuccessfully)
            {
                return call;
            }

            waiter.Wait(call);
            return default;
        }

        public ValueTask<T> On<T>(ValueTask<T> call) =>
            waiter is null || call.IsCompletedSuccessfully
                ? call
                : new ValueTask<T>(waiter.Wait(call));
    }
}
