namespace Waverless.Wasm.Engine;

/// <summary>
/// How many instances the engine makes room for, and how much address space each gets.
/// </summary>
/// <param name="Slots">Instances that can exist at once; 0: no pool, memory on demand.</param>
/// <param name="SlotBytes">Address space of one memory; also the most that it can grow to.</param>
internal readonly record struct PoolPlan(int Slots, ulong SlotBytes)
{
    /// <summary>All that a 32-bit guest can address: its loads need no bounds checks.</summary>
    internal const ulong SlotBytesFull = 4UL << 30;

    /// <summary>
    /// Where address space is scarce: guests of up to 256 MiB, with bounds checks.
    /// </summary>
    internal const ulong SlotBytesSmall = 256UL << 20;

    /// <summary>Guard behind each memory.</summary>
    internal const ulong GuardBytes = 32UL << 20;

    /// <summary>Below this a pool would refuse work that the machine could do.</summary>
    internal const int SlotsMin = 16;

    /// <summary>Tables, instances and the allocator's rounding, per slot and generously.</summary>
    private const ulong OverheadBytes = 4UL << 20;

    internal bool IsPooled => Slots > 0;

    /// <summary>The address space that the pool takes.</summary>
    internal ulong TotalBytes =>
        ((ulong)Slots * (SlotBytes + GuardBytes + OverheadBytes)) + GuardBytes;

    /// <summary>
    /// The largest pool, up to <paramref name="instancesMax"/> slots, that leaves at least half of
    /// the free address space to others.
    /// </summary>
    internal static PoolPlan Choose(int instancesMax, Func<ulong, bool> canReserve)
    {
        foreach (var slotBytes in (ReadOnlySpan<ulong>)[SlotBytesFull, SlotBytesSmall])
        {
            for (var slots = instancesMax; slots > 0; slots /= 2)
            {
                var plan = new PoolPlan(slots, slotBytes);
                if (canReserve(plan.TotalBytes * 2))
                {
                    return plan;
                }

                if (slots <= SlotsMin)
                {
                    break;
                }
            }
        }

        return default;
    }
}
