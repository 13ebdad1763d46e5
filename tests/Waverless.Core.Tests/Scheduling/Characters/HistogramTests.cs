using CsCheck;

namespace Waverless.Scheduling.Characters;

public sealed class HistogramTests
{
    [Fact]
    public void Without_values_there_is_nothing_to_tell()
    {
        var none = new Histogram();

        Assert.Equal((0, 0, 0), (none.Total, none.Mean, none.Quantile(0.95)));
    }

    [Fact]
    public void Mean_and_quantiles_are_those_of_the_values_but_for_an_eighth() =>
        Gen.Int[1, 10_000_000]
            .Array[1, 200]
            .Sample(values =>
            {
                var histogram = Of(values);
                var sorted = values.Order().ToArray();
                var high = sorted[Math.Max(0, (int)Math.Ceiling(sorted.Length * 0.95) - 1)];

                Assert.Equal(values.Length, histogram.Total);
                Assert.InRange(histogram.Mean / values.Average(), 0.87, 1.13);
                Assert.InRange(histogram.Quantile(0.95) / high, 0.87, 1.13);
            });

    [Fact]
    public void Merging_is_the_same_as_having_seen_all() =>
        Gen.Select(Gen.Int[0, 1_000_000].Array, Gen.Int[0, 1_000_000].Array)
            .Sample(
                (here, there) =>
                {
                    var merged = Of(here);
                    foreach (var value in there)
                    {
                        merged.Add(LogBuckets.Of(value), 1);
                    }

                    var all = Of([.. here, .. there]);
                    Assert.Equal(all.Total, merged.Total);
                    Assert.Equal(all.Mean, merged.Mean, 1.0);
                    Assert.Equal(all.Quantile(0.5), merged.Quantile(0.5));
                }
            );

    [Fact]
    public void What_fades_counts_less_and_tells_the_same()
    {
        var histogram = Of([100, 200, 300]);
        var mean = histogram.Mean;

        histogram.Fade(0.5f);

        Assert.Equal(1.5f, histogram.Total);
        Assert.Equal(mean, histogram.Mean, 0.01f);
    }

    [Fact]
    public void What_fades_for_long_is_gone()
    {
        var histogram = Of([100]);
        for (var i = 0; i < 20; i++)
        {
            histogram.Fade(0.5f);
        }

        Assert.Equal(0, histogram.Total);
    }

    [Fact]
    public void New_values_outweigh_old_ones()
    {
        var histogram = Of([.. Enumerable.Repeat(1_000, 100)]);
        histogram.Fade(0.1f);
        for (var i = 0; i < 100; i++)
        {
            histogram.Add(LogBuckets.Of(10_000), 1);
        }

        Assert.InRange(histogram.Mean, 8_000, 10_500);
    }

    private static Histogram Of(int[] values)
    {
        var histogram = new Histogram();
        foreach (var value in values)
        {
            histogram.Add(LogBuckets.Of(value), 1);
        }

        return histogram;
    }
}
