using CsCheck;

namespace Waverless.Wasm.Engine;

public sealed class PoolPlanTests
{
    [Fact]
    public void With_room_for_all_every_slot_gets_all_that_a_guest_can_address()
    {
        var plan = PoolPlan.Choose(1_000, _ => true);
        Assert.Equal(new PoolPlan(1_000, PoolPlan.SlotBytesFull), plan);
    }

    [Fact]
    public void With_less_room_there_are_fewer_slots()
    {
        var plan = PoolPlan.Choose(1_000, bytes => bytes <= 1UL << 40);
        Assert.Equal(PoolPlan.SlotBytesFull, plan.SlotBytes);
        Assert.Equal(125, plan.Slots);
    }

    [Fact]
    public void With_little_room_slots_are_small()
    {
        var plan = PoolPlan.Choose(1_000, bytes => bytes <= 64UL << 30);
        Assert.Equal(PoolPlan.SlotBytesSmall, plan.SlotBytes);
        Assert.InRange(plan.Slots, PoolPlan.SlotsMin / 2, 1_000);
    }

    [Fact]
    public void With_no_room_there_is_no_pool()
    {
        Assert.False(PoolPlan.Choose(1_000, _ => false).IsPooled);
    }

    [Fact]
    public void A_plan_always_fits_twice_into_what_there_is()
    {
        Gen.Select(Gen.Int[1, 10_000], Gen.ULong[0, 1UL << 48])
            .Sample(
                (instancesMax, room) =>
                {
                    var plan = PoolPlan.Choose(instancesMax, bytes => bytes <= room);
                    Assert.InRange(plan.Slots, 0, instancesMax);
                    Assert.True(!plan.IsPooled || plan.TotalBytes * 2 <= room);
                }
            );
    }

    [Fact]
    public void The_operating_system_grants_little_and_refuses_everything()
    {
        Assert.True(AddressSpace.CanReserve(1UL << 30));
        Assert.False(AddressSpace.CanReserve(1UL << 62));
        Assert.False(AddressSpace.CanReserve(ulong.MaxValue));
    }
}
