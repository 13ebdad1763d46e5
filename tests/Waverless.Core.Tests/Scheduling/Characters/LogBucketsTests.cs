using CsCheck;

namespace Waverless.Scheduling.Characters;

public sealed class LogBucketsTests
{
    /// <summary>Frozen: nodes of different builds add each other's counts.</summary>
    [Theory]
    [InlineData(-1, 0)]
    [InlineData(0, 0)]
    [InlineData(1, 1)]
    [InlineData(2, 5)]
    [InlineData(3, 7)]
    [InlineData(4, 9)]
    [InlineData(7, 12)]
    [InlineData(8, 13)]
    [InlineData(9, 13)]
    [InlineData(10, 14)]
    [InlineData(1_000, 40)]
    [InlineData(65_536, 65)]
    [InlineData(1_000_000, 80)]
    [InlineData(int.MaxValue, 124)]
    [InlineData(long.MaxValue, 124)]
    public void Buckets_are_frozen(long value, int bucket) =>
        Assert.Equal(bucket, LogBuckets.Of(value));

    [Fact]
    public void A_value_is_off_by_an_eighth_at_most() =>
        Gen.Long[1, int.MaxValue]
            .Sample(value =>
            {
                var taken = LogBuckets.Middle(LogBuckets.Of(value));
                return Math.Abs(taken - value) <= value / 8.0;
            });

    [Fact]
    public void Larger_values_are_in_no_lower_bucket() =>
        Gen.Select(Gen.Long[0, int.MaxValue], Gen.Long[0, int.MaxValue])
            .Sample((a, b) => LogBuckets.Of(Math.Min(a, b)) <= LogBuckets.Of(Math.Max(a, b)));

    [Fact]
    public void Every_bucket_has_a_middle_of_its_own_or_no_value()
    {
        for (var bucket = 0; bucket < LogBuckets.Count; bucket++)
        {
            var back = LogBuckets.Of((long)LogBuckets.Middle(bucket));
            Assert.InRange(back, Math.Max(0, bucket - 3), bucket);
        }
    }
}
