using CsCheck;

namespace Waverless.Wasm.Instances;

public sealed unsafe class GuestMemoryTests
{
    [Fact]
    public void A_range_is_given_exactly_when_it_lies_inside()
    {
        var numbers = Gen.Frequency((3, Gen.Int[-4, 70]), (1, Gen.Int));
        Gen.Select(numbers, numbers)
            .Sample(
                (address, count) =>
                {
                    var bytes = stackalloc byte[64];
                    var memory = new GuestMemory(bytes, 64);
                    var isInside = count >= 0 && (uint)address + (long)count <= 64;
                    try
                    {
                        var range = memory.Range(address, count, "f", "a");
                        Assert.True(isInside);
                        Assert.Equal(count, range.Length);
                        fixed (byte* first = range)
                        {
                            Assert.True(count == 0 || first == bytes + address);
                        }
                    }
                    catch (GuestFaultException e)
                    {
                        Assert.False(isInside);
                        Assert.Contains("f: a names", e.Message, StringComparison.Ordinal);
                    }
                },
                iter: 10_000
            );
    }

    [Fact]
    public void Addresses_near_the_end_of_a_full_memory_do_not_wrap_around()
    {
        var memory = new GuestMemory(null, 4UL << 30);
        Assert.True(memory.Contains(uint.MaxValue, 1));
        Assert.False(memory.Contains(uint.MaxValue, 2));
        Assert.False(memory.Contains(uint.MaxValue, uint.MaxValue));
        Assert.True(memory.Contains(0, uint.MaxValue));
    }
}
