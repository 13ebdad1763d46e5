using CsCheck;

namespace Waverless.Scheduling;

public sealed class FixedLogTests
{
    private static readonly double Unit = Math.Pow(2, -FixedLog.FractionBits);

    [Theory]
    [InlineData(0x0, 2647165461702112304)]
    [InlineData(0x800, 2597218943556789430)]
    [InlineData(0x123456789ABCDEF0, 190485091469412822)]
    [InlineData(0x8000000000000000, 49946518145322857)]
    [InlineData(0xFEDCBA9876543210, 320969769178425)]
    [InlineData(0xFFFFFFFFFFFFF7FF, 421)]
    [InlineData(ulong.MaxValue, 0)]
    public void The_published_vectors_hold(ulong x, long expected) =>
        Assert.Equal(expected, FixedLog.NegativeLog(x));

    [Fact]
    public void It_is_the_logarithm_to_twelve_digits() =>
        Gen.ULong.Sample(
            x =>
            {
                var u = ((x >> 11) + 1) / Math.Pow(2, 53);

                Assert.Equal(-Math.Log(u), FixedLog.NegativeLog(x) * Unit, 1e-12);
            },
            iter: 100_000
        );

    [Fact]
    public void It_is_never_negative_and_falls_from_step_to_step_of_its_table()
    {
        var last = long.MaxValue;
        for (var step = 0UL; step < 4_096; step++)
        {
            var next = FixedLog.NegativeLog(step << 52);
            Assert.InRange(next, 0, last);
            Assert.NotEqual(last, next);
            last = next;
        }
    }
}
