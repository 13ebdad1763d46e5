using Waverless.Wasm.Engine;

namespace Waverless.Wasm.Instances;

/// <summary>
/// Keeps contexts for the next invocation. Each thread looks first where it looked last, so that
/// threads on different cores do not share cache lines.
/// </summary>
internal sealed class GuestContextPool(EpochTicker ticker) : IDisposable
{
    /// <summary>Contexts kept; what is returned beyond that is freed.</summary>
    internal const int ContextsMax = 64;

    // References per slot: a slot fills cache lines of its own.
    private const int Stride = 16;

    private readonly GuestContext?[] _slots = new GuestContext?[ContextsMax * Stride];

    internal GuestContext Rent()
    {
        var first = Environment.CurrentManagedThreadId;
        for (var step = 0; step < ContextsMax; step++)
        {
            ref var slot = ref Slot(first + step);
            if (slot is not null && Interlocked.Exchange(ref slot, null) is { } context)
            {
                return context;
            }
        }

        var made = new GuestContext();
        ticker.Add(made.Turn);
        return made;
    }

    internal void Return(GuestContext context)
    {
        var first = Environment.CurrentManagedThreadId;
        for (var step = 0; step < ContextsMax; step++)
        {
            ref var slot = ref Slot(first + step);
            if (slot is null && Interlocked.CompareExchange(ref slot, context, null) is null)
            {
                return;
            }
        }

        Free(context);
    }

    public void Dispose()
    {
        for (var index = 0; index < ContextsMax; index++)
        {
            if (Interlocked.Exchange(ref Slot(index), null) is { } context)
            {
                Free(context);
            }
        }
    }

    private void Free(GuestContext context)
    {
        ticker.Remove(context.Turn);
        context.Dispose();
    }

    private ref GuestContext? Slot(int index) => ref _slots[index % ContextsMax * Stride];
}
